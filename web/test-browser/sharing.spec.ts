import { openView } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { expect, test } from './support/story';
import { tokenFor } from './support/token';
import { along } from './support/trainerPhone';

test('a student makes a link, a guest watches by it until it is taken back', async ({
  context,
  page,
  service,
  session,
  trainer,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: service.origin });
  await trainer.start();
  await trainer.send(along(session.home, [1000])[0]!);
  await openView(page, { service, session, view: 'student' });
  await page.getByText('Links for others').click();
  await page.getByRole('button', { name: 'Create a link' }).click();
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toBeVisible();
  const link = await page.getByLabel('The new link.').inputValue();
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  const guest = await context.newPage();
  const asked: string[] = [];
  guest.on('request', (request) => asked.push(`${request.url()} ${request.headers()['referer'] ?? ''}`));
  await guest.goto(link);
  await expect(guest.getByText('1.0 km', { exact: true })).toBeVisible();
  // The secret is in no address: neither of the page, nor of a request, nor of a referrer.
  const secret = link.split('.').at(-1)!;
  expect(guest.url()).not.toContain(secret);
  expect(asked.join('\n')).not.toContain(secret);
  await expect(guest.getByText('Links for others')).toHaveCount(0);
  await guest.reload();
  await expect(guest.getByText('1.0 km', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: /^Take back/ }).click();
  await expect(page.getByRole('img', { name: 'QR code of the link' })).toHaveCount(0);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText('This link shows nothing any more');
});

test('a guest does not read during an outage that the link has expired', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await trainer.start();
  await trainer.send(along(session.home, [1000])[0]!);
  const answer = (await service.ask(
    await tokenFor(session.studentId, 'student'),
    'mutation($id: ID!) { shareJourney(sessionId: $id) { token } }',
    { id: session.id },
  )) as { shareJourney: { token: string } };
  await page.goto(`${service.origin}/map/#share=${answer.shareJourney.token.replace('share.', '')}`);
  await expect(page.getByText('1.0 km', { exact: true })).toBeVisible();

  await service.kill();
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('No connection');
  await service.start();
  await trainer.drive(along(session.home, [900]), { heading: 20 });
  await expect(heading).toHaveText(ON_THE_WAY, { timeout: 40_000 });
});
