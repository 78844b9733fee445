import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { openView } from './support/mapPage';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

// axe is put into the page, whose policy lets no script in but its own.
test.use({ bypassCSP: true });

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing serious in any view, ${colorScheme}`, async ({
    page,
    service,
    session,
    trainer,
  }) => {
    await page.emulateMedia({ colorScheme });
    await openView(page, { service, session, view: 'trainer' });
    await expect(page.getByRole('button', { name: 'Start journey' })).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);

    await trainer.start();
    await trainer.send(along(session.home, [1000])[0]!);
    await openView(page, { service, session, view: 'student' });
    await expect(page.getByText('1.0 km', { exact: true })).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);

    await openView(page, { service, session, view: 'operator' });
    await expect(page.getByRole('heading', { name: /on the way/ })).toBeVisible();
    await expect(page.getByRole('list', { name: /by signal/ })).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('a screen reader hears each change of state, once', async ({ page, service, session, trainer }) => {
  await openView(page, { service, session, view: 'student' });
  const announcement = page.getByRole('status');
  await expect(announcement).toHaveText(/^Not on the way yet/);
  await trainer.start();
  await expect(announcement).toHaveText(/^Setting off/);
  await trainer.send(along(session.home, [60])[0]!);
  await expect(announcement).toHaveText(/^On the way/);
  const heard = await announcement.textContent();
  await page.waitForTimeout(3000);
  // The ages on screen have grown; the announcement has not changed with them.
  expect(await announcement.textContent()).toBe(heard);
  await trainer.arrive();
  await expect(announcement).toHaveText(/^Arrived/);
});

test('the trainer’s buttons are reached and pressed by keyboard, with the focus in sight', async ({
  page,
  service,
  session,
}) => {
  await openView(page, { service, session, view: 'trainer' });
  const start = page.getByRole('button', { name: 'Start journey' });
  await expect(start).toBeVisible();
  for (
    let steps = 0;
    steps < 10 && !(await start.evaluate((button) => button === document.activeElement));
    steps++
  ) {
    await page.keyboard.press('Tab');
  }
  await expect(start).toBeFocused();
  expect(await start.evaluate((button) => getComputedStyle(button).outlineStyle)).toBe('solid');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('On the way');
});

async function seriousFaults(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const results = await page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
