import { openView } from './support/mapPage';
import { screenshot } from './support/screenshot';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });

test('an operator sees all journeys, their signals, and what watching costs', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await trainer.start();
  await trainer.send(along(session.home, [1300])[0]!);
  const offsets = [0.012, -0.015, 0.03, -0.04, 0.05];
  for (const [i, offset] of offsets.entries()) {
    const booked = await bookSession({
      latitude: session.home.latitude + offset,
      longitude: session.home.longitude - 0.012 * i,
    });
    const another = new TrainerPhone(service, booked);
    await another.start();
    await another.send(along(booked.home, [900 + 150 * i])[0]!);
  }

  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.postData()?.includes('LiveLocations')) requests.push(request.url());
  });
  await openView(page, { service, session, view: 'operator' });
  // Other stories' journeys may still be under way on the same stores.
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/^\d+ on the way$/);
  const underWay = page.getByRole('list', { name: /by signal/ });
  await expect(underWay).toContainText('Live');
  await expect(page.getByText('Requests')).toBeVisible();
  await expect(page.locator('dd', { hasText: /^\d+(\.\d)? (B|kB)$/ }).first()).toBeVisible();
  await screenshot(page, 'operator');

  const before = requests.length;
  await page.waitForTimeout(6000);
  // A dozen journeys are one request a round, not one each.
  expect(requests.length - before).toBeLessThanOrEqual(3);
});

test('a student’s link does not open the operator’s view', async ({ page, service, session }) => {
  await openView(page, { service, session, view: 'student' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not on the way yet');
  await page.goto(`${service.origin}/map/#/operator`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Open your link');
});
