import { openView, watchRequests } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { screenshot } from './support/screenshot';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

test('a student watches a journey from before its start to the arrival', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await openView(page, { service, session, view: 'student' });
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Not on the way yet');
  await expect(page.getByRole('img', { name: 'Your home' })).toBeVisible();
  await screenshot(page, 'student-before');

  await trainer.start();
  await expect(heading).toHaveText('Setting off');

  await trainer.drive(along(session.home, [1980, 1935, 1890, 1845, 1800]), { heading: 20 });
  await expect(heading).toHaveText(ON_THE_WAY);
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  const mark = page.getByRole('img', { name: /1\.8 km from your home/ });
  await expect(mark).toBeVisible();
  await expect(mark.locator('[data-heading]')).toHaveAttribute('transform', /^rotate\(20/);
  await screenshot(page, 'student-live');

  await trainer.drive(along(session.home, [1600, 1400, 1150, 900, 675, 450, 250, 60]), { heading: 20 });
  await expect(page.getByText('60 m', { exact: true })).toBeVisible();
  await trainer.arrive();
  await expect(heading).toHaveText('Arrived');
  await expect(page.getByRole('img', { name: /Trainer/ })).toHaveCount(0);
  await screenshot(page, 'student-arrived');
});

test('an ended journey is not polled any more', async ({ page, service, session, trainer }) => {
  await openView(page, { service, session, view: 'student' });
  await trainer.start();
  await trainer.drive(along(session.home, [60]));
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await trainer.arrive();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Arrived');

  const requests = watchRequests(page);
  await page.waitForTimeout(5000);
  expect(requests).toHaveLength(0);
});

test('the marker moves smoothly between two positions', async ({ page, service, session, trainer }) => {
  await openView(page, { service, session, view: 'student' });
  await trainer.start();
  const [first, second] = along(session.home, [1500, 1200]);
  await trainer.send(first!);
  const mark = page.getByRole('img', { name: /from your home/ });
  await expect(mark).toBeVisible();
  await page.waitForTimeout(1500);

  await trainer.send(second!);
  const places = new Set<string>();
  await expect
    .poll(async () => places.add(JSON.stringify(await mark.boundingBox())).size, { intervals: [50] })
    .toBeGreaterThan(4);
});

test('with reduced motion the marker moves to its new position at once', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openView(page, { service, session, view: 'student' });
  await trainer.start();
  const [first, second] = along(session.home, [1500, 1400]);
  await trainer.send(first!);
  const mark = page.getByRole('img', { name: /1\.5 km from your home/ });
  await expect(mark).toBeVisible();
  await page.waitForTimeout(1500);
  await trainer.send(second!);
  const moved = page.getByRole('img', { name: /1\.4 km from your home/ });
  await expect(moved).toBeVisible();
  const there = await moved.boundingBox();
  await page.waitForTimeout(1000);
  expect(await moved.boundingBox()).toEqual(there);
});

test.describe('on a wide screen with dark colours', () => {
  test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1, colorScheme: 'dark' });

  test('the card does not cover the route, and every part is dark', async ({
    page,
    service,
    session,
    trainer,
  }) => {
    await openView(page, { service, session, view: 'student' });
    await trainer.start();
    await trainer.drive(along(session.home, [1480, 1435, 1390, 1345, 1300]), { heading: 20, accuracy: 40 });
    const mark = page.getByRole('img', { name: /1\.3 km from your home/ });
    await expect(mark).toBeVisible();
    const card = (await page.getByRole('region', { name: "Your trainer's journey" }).boundingBox())!;
    await expect.poll(async () => (await mark.boundingBox())!.x).toBeGreaterThan(card.x + card.width);
    const ink = await page.getByRole('heading', { level: 1 }).evaluate((h1) => getComputedStyle(h1).color);
    expect(ink).toBe('rgb(238, 241, 245)');
    await screenshot(page, 'student-dark');
  });
});
