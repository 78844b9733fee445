import type { Page } from '@playwright/test';
import { demoOf } from './support/demo';
import { ON_THE_WAY } from './support/onTheWay';
import { screenshot } from './support/screenshot';
import { Service } from './support/service';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

test('in the demo one may be a student, drive as a trainer through the streets, and be an operator', async ({
  page,
}) => {
  const [driven, spare] = [await bookSession(), await bookSession()];
  const service = await Service.start({ DEMO: await demoOf(driven, spare) });
  try {
    const simulated = new TrainerPhone(service, driven);
    await simulated.start();
    await simulated.send(along(driven.home, [700])[0]!);

    await page.goto(`${service.origin}/map`);
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading).toHaveText(ON_THE_WAY);
    await expect(page.getByRole('combobox', { name: 'Demo session' })).toHaveValue(driven.id);

    await page.getByRole('link', { name: 'Trainer' }).click();
    // Nobody else should play the trainer whom the demo simulates.
    await expect(page.getByRole('combobox', { name: 'Demo session' })).toHaveValue(spare.id);
    await expect(page.getByRole('combobox').getByRole('option')).toHaveCount(1);
    await expect(page.getByRole('radio', { name: 'Simulated drive' })).toBeChecked();
    await page.getByRole('button', { name: 'Start journey' }).click();
    await expect(heading).toHaveText(ON_THE_WAY);
    const start = await metersToGo(page);
    expect(start).toBeGreaterThan(1500);
    // Streets do not lead straight home: at first it may be farther.
    await expect.poll(() => metersToGo(page), { timeout: 40_000 }).not.toBe(start);
    const later = await metersToGo(page);
    await screenshot(page, 'trainer-simulated');

    await page.reload();
    await expect(heading).toHaveText(ON_THE_WAY);
    expect(Math.abs((await metersToGo(page)) - later)).toBeLessThan(400);
    await expect(page.getByText('Not accepted')).toHaveCount(0);

    await page.getByRole('link', { name: 'Student' }).click();
    await expect(page.getByRole('combobox')).toHaveValue(spare.id);
    await expect(heading).toHaveText(ON_THE_WAY);

    await page.getByRole('link', { name: 'Operator' }).click();
    await expect(heading).toHaveText(/^\d+ on the way$/);
    await expect(page.getByRole('link', { name: /^Trainer \d+$/ }).first()).toBeVisible();
  } finally {
    await service.kill();
  }
});

test('a session that the demo has left behind is no dead end: another one is chosen', async ({ page }) => {
  const [driven, spare] = [await bookSession(), await bookSession()];
  const service = await Service.start({ DEMO: await demoOf(driven, spare) });
  try {
    const heading = page.getByRole('heading', { level: 1 });
    await page.goto(`${service.origin}/map/#/student?session=${driven.id}`);
    await expect(heading).toHaveText('Not on the way yet');
    // Its trainer has arrived, and drives to another.
    const next = await bookSession();
    await service.restart({ DEMO: await demoOf(next, spare) });
    await page.reload();
    await expect(heading).toHaveText('Choose a session');
    await page.getByRole('combobox', { name: 'Demo session' }).selectOption(next.id);
    await expect(heading).toHaveText('Not on the way yet');
  } finally {
    await service.kill();
  }
});

/** The trainer's own distance, once the service has sent it. */
async function metersToGo(page: Page): Promise<number> {
  const value = page.locator('.facts > div', { hasText: 'To go' }).locator('dd');
  await expect(value).toHaveText(/^[\d.]+ k?m$/);
  const [amount = '', unit] = ((await value.textContent()) ?? '').split(' ');
  return Number(amount) * (unit === 'km' ? 1000 : 1);
}
