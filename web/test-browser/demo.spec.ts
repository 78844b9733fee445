import type { Page } from '@playwright/test';
import { screenshot } from './support/screenshot';
import { Service } from './support/service';
import { bookSession, type TestSession } from './support/sessions';
import { expect, test } from './support/story';
import { tokenFor } from './support/token';
import { along, TrainerPhone } from './support/trainerPhone';

/** As the demo's /map/demo.json: one session with a simulated trainer, and one that nobody drives to. */
async function demoOf(driven: TestSession, spare: TestSession): Promise<string> {
  const tokens = async (role: 'student' | 'trainer', ids: readonly string[]) =>
    Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await tokenFor(id, role)])));
  return JSON.stringify({
    map: {
      sessions: [
        { ...driven, driven: true },
        { ...spare, driven: false },
      ],
      tokens: {
        student: await tokens('student', [driven.studentId, spare.studentId]),
        trainer: await tokens('trainer', [driven.trainerId, spare.trainerId]),
        operator: await tokenFor('operator-1', 'operator'),
      },
    },
  });
}

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
    await expect(heading).toHaveText('On the way');
    await expect(page.getByRole('combobox', { name: 'Demo session' })).toHaveValue(driven.id);

    await page.getByRole('link', { name: 'Trainer' }).click();
    // Nobody else should play the trainer whom the demo simulates.
    await expect(page.getByRole('combobox', { name: 'Demo session' })).toHaveValue(spare.id);
    await expect(page.getByRole('combobox').getByRole('option')).toHaveCount(1);
    await expect(page.getByRole('radio', { name: 'Simulated drive' })).toBeChecked();
    await page.getByRole('button', { name: 'Start journey' }).click();
    await expect(heading).toHaveText('On the way');
    const start = await metersToGo(page);
    expect(start).toBeGreaterThan(1500);
    // Streets do not lead straight home: at first it may be farther.
    await expect.poll(() => metersToGo(page), { timeout: 40_000 }).not.toBe(start);
    const later = await metersToGo(page);
    await screenshot(page, 'trainer-simulated');

    await page.reload();
    await expect(heading).toHaveText('On the way');
    expect(Math.abs((await metersToGo(page)) - later)).toBeLessThan(400);
    await expect(page.getByText('Not accepted')).toHaveCount(0);

    await page.getByRole('link', { name: 'Student' }).click();
    await expect(page.getByRole('combobox')).toHaveValue(spare.id);
    await expect(heading).toHaveText('On the way');

    await page.getByRole('link', { name: 'Operator' }).click();
    await expect(heading).toHaveText(/^\d+ on the way$/);
    await expect(page.getByRole('link', { name: /^Trainer \d+$/ }).first()).toBeVisible();
  } finally {
    await service.kill();
  }
});

/** The trainer's own distance, once the service has told it. */
async function metersToGo(page: Page): Promise<number> {
  const value = page.locator('.facts > div', { hasText: 'To go' }).locator('dd');
  await expect(value).toHaveText(/^[\d.]+ k?m$/);
  const [amount = '', unit] = ((await value.textContent()) ?? '').split(' ');
  return Number(amount) * (unit === 'km' ? 1000 : 1);
}
