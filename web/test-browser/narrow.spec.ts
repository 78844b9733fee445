import type { Page } from '@playwright/test';
import { demoOf } from './support/demo';
import { Service } from './support/service';
import { bookSession } from './support/sessions';
import { expect, test } from './support/story';
import { along, TrainerPhone } from './support/trainerPhone';

// The narrowest phone there is, in the language with the longer words.
test.use({ viewport: { width: 320, height: 568 }, deviceScaleFactor: 1, locale: 'de-DE' });

/** As long as an identity provider's ids may be, without a place to break. */
const LONG_ID = `auth0|${'5f7c8ec7c33c6c004bbafe82'.repeat(5)}`.slice(0, 128);

test('nothing reaches beyond a narrow screen, also with long names and German words', async ({ page }) => {
  const session = await bookSession();
  const service = await Service.start({ DEMO: await demoOf(session, await bookSession()) });
  try {
    const trainer = new TrainerPhone(service, session);
    await trainer.start();
    await trainer.send(along(session.home, [1300])[0]!);
    await page.route('**/graphql', async (route) => {
      const response = await route.fetch().catch(() => undefined);
      if (!response) return route.abort();
      const body = await response.text();
      return route.fulfill({
        response,
        body: body
          .replaceAll(`"trainerId":"${session.trainerId}"`, `"trainerId":"${LONG_ID}"`)
          .replaceAll('"alerts":[]', '"alerts":["RUNNING_LATE","NOT_MOVING"]'),
      });
    });
    const heading = page.getByRole('heading', { level: 1 });
    for (const view of ['student', 'trainer', 'operator'] as const) {
      await page.goto(`${service.origin}/map/#/${view}?session=${session.id}`);
      await expect(heading).toBeVisible();
      if (view === 'student') {
        await expect(page.getByText(LONG_ID)).toBeVisible();
        await page.locator('.shares summary').click();
        await page.locator('.shares .buttons .button').last().click();
        await expect(page.locator('.qr-code')).toBeVisible();
      }
      if (view === 'operator') await expect(page.locator('.journeys').getByText(LONG_ID)).toBeVisible();
      await page.screenshot({ path: test.info().outputPath(`${view}.png`) });
      expect(await reachingBeyond(page), view).toEqual([]);
    }
  } finally {
    await service.kill();
  }
});

/** What one would have to scroll sideways for, or could not see at all. */
function reachingBeyond(page: Page): Promise<string[]> {
  return page.locator('.card *:not(.visually-hidden), .bar, .bar *').evaluateAll((elements) =>
    elements
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (left < 0 || right > window.innerWidth + 0.5);
      })
      .map((element) => `${element.tagName}.${element.className}: ${element.textContent}`),
  );
}
