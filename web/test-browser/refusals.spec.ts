import { openView, standAt, watchRequests } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { screenshot } from './support/screenshot';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

/** Long enough for a page that asks on at the usual interval, and shorter than that of a refused one. */
const QUIET_MS = 12_000;

test('an expired link is shown as one, to students and trainers, and then asks nothing for a while', async ({
  page,
  service,
  session,
}) => {
  for (const view of ['student', 'trainer'] as const) {
    await openView(page, { service, session, view, ttlSeconds: -60 });
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link has expired');
    await expect(page.getByRole('button', { name: 'Start journey' })).toHaveCount(0);
    // What was asked at once may still be on its way.
    await page.waitForTimeout(1000);
    const requests = watchRequests(page);
    await page.waitForTimeout(QUIET_MS);
    expect(requests).toHaveLength(0);
  }
});

test('a link that expires on the way is shown as expired, and shows nobody any more', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await trainer.start();
  await trainer.send(along(session.home, [1000])[0]!);
  await openView(page, { service, session, view: 'student', ttlSeconds: 20 });
  await expect(page.getByText('1.0 km', { exact: true })).toBeVisible();
  // The service forgives a clock that is 5 s off.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link has expired', {
    timeout: 40_000,
  });
  await expect(page.getByRole('img', { name: /Trainer/ })).toHaveCount(0);
  const requests = watchRequests(page);
  await page.waitForTimeout(3000);
  expect(requests).toHaveLength(0);
});

test('a trainer of another session is not ready to go, and nothing is asked', async ({
  page,
  service,
  session,
}) => {
  await openView(page, { service, session, view: 'trainer', as: 'trainer-else' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not your session');
  const requests = watchRequests(page);
  await page.waitForTimeout(QUIET_MS);
  expect(requests).toHaveLength(0);
});

test('a stop with an expired link says so, and is sent with the next link', async ({
  page,
  context,
  service,
  session,
}) => {
  await context.grantPermissions(['geolocation'], { origin: service.origin });
  const [place, later] = along(session.home, [800, 750]);
  await standAt(context, place!);
  await openView(page, { service, session, view: 'trainer', ttlSeconds: 20 });
  const heading = page.getByRole('heading', { level: 1 });
  await page.getByRole('button', { name: 'Start journey' }).click();
  await expect(heading).toHaveText(ON_THE_WAY);
  // The service forgives a clock that is 5 s off.
  await page.waitForTimeout(26_000);
  await standAt(context, later!);
  await expect(heading).toHaveText('Not sharing');
  await page.getByRole('button', { name: 'Stop sharing' }).click();
  await expect(heading).toHaveText('Not stopped yet');
  await expect(page.getByRole('alert')).toHaveText(/newest link/);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await screenshot(page, 'trainer-not-stopped');

  await openView(page, { service, session, view: 'trainer' });
  await expect(heading).toHaveText('Stopped');
});
