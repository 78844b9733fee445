import type { Page } from '@playwright/test';
import { openView, watchRequests } from './support/mapPage';
import { ON_THE_WAY } from './support/onTheWay';
import { screenshot } from './support/screenshot';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

test('the service is killed and started again, and the map goes on by itself', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await openView(page, { service, session, view: 'student' });
  const heading = page.getByRole('heading', { level: 1 });
  await trainer.start();
  await trainer.drive(along(session.home, [1980, 1935, 1890, 1845]), { heading: 20 });
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await page.waitForLoadState('networkidle');

  await service.kill();
  await expect(heading).toHaveText('No connection');
  await expect(page.getByText(/This is where your trainer was/)).toBeVisible();
  // What was known stays: an outage is not an end.
  await expect(page.getByRole('img', { name: /from your home/ })).toBeVisible();
  await screenshot(page, 'student-offline');

  await service.start();
  await trainer.drive(along(session.home, [1700]), { heading: 20 });
  await expect(heading).toHaveText(ON_THE_WAY, { timeout: 40_000 });
  await expect(page.getByRole('img', { name: /1\.7 km from your home/ })).toBeVisible();
});

test('a hidden tab asks nothing, and asks at once when it is shown again', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await openView(page, { service, session, view: 'student' });
  await trainer.start();
  await trainer.drive(along(session.home, [1800]));
  await expect(page.getByText('Live', { exact: true })).toBeVisible();

  await setVisibility(page, 'hidden');
  // An answer may still be on its way.
  await page.waitForTimeout(500);
  const requests = watchRequests(page);
  await trainer.drive(along(session.home, [1750, 1700]));
  await page.waitForTimeout(4000);
  expect(requests).toHaveLength(0);

  await setVisibility(page, 'visible');
  await expect(page.getByRole('img', { name: /1\.7 km from your home/ })).toBeVisible();
  expect(requests.length).toBeGreaterThan(0);
});

/** A headless browser's tabs are all in front: what a hidden one gets to know is simulated here. */
async function setVisibility(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((visibility) => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visibility });
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => visibility === 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
