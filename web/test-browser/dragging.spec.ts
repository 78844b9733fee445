import type { Page } from '@playwright/test';
import { openView } from './support/mapPage';
import { expect, test } from './support/story';
import { along } from './support/trainerPhone';

const PIXEL_RATIO = 2;
test.use({ viewport: { width: 900, height: 600 }, deviceScaleFactor: PIXEL_RATIO });

/** Any machine's frames then take the page so many times as long, so that the story does not depend on the machine. */
async function scaleFrameTimes(page: Page, factor: number): Promise<void> {
  await page.addInitScript((times) => {
    const request = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => request((nowMs) => callback(times * nowMs));
  }, factor);
}

/** Pixels of the map's canvas for each pixel of the page. */
function pixelRatioOf(page: Page): Promise<number> {
  return page
    .locator('canvas.maplibregl-canvas')
    .evaluate((canvas: HTMLCanvasElement) => canvas.width / canvas.clientWidth);
}

/** Drags the map to and fro, without letting it go, until `done`. */
async function dragUntil(page: Page, done: (step: number) => Promise<boolean>): Promise<void> {
  await page.mouse.move(640, 300);
  await page.mouse.down();
  for (let step = 0; !(await done(step)); step++) {
    await page.mouse.move(640 + 40 * Math.sin(step / 5), 300 + 40 * Math.cos(step / 5));
    await page.waitForTimeout(16);
  }
}

test('on a slow device the map has fewer pixels while it is dragged, and all of them when it rests', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await scaleFrameTimes(page, 100);
  await trainer.start();
  await trainer.send(along(session.home, [1300])[0]!);
  await openView(page, { service, session, view: 'student' });
  const mark = page.getByRole('img', { name: /^Trainer/ });
  await expect(mark).toBeVisible();
  await expect.poll(() => pixelRatioOf(page)).toBe(PIXEL_RATIO);
  for (const drag of ['the first drag', 'a later drag']) {
    await dragUntil(page, async () => (await pixelRatioOf(page)) === PIXEL_RATIO / 4);
    // The map still follows the pointer.
    const before = (await mark.boundingBox())!;
    await page.mouse.move(560, 300);
    await expect.poll(async () => Math.abs((await mark.boundingBox())!.x - before.x)).toBeGreaterThan(20);
    expect(await pixelRatioOf(page), drag).toBe(PIXEL_RATIO / 4);
    await page.mouse.up();
    await expect.poll(() => pixelRatioOf(page), drag).toBe(PIXEL_RATIO);
  }
});

test('a fast device keeps every pixel while the map is dragged', async ({
  page,
  service,
  session,
  trainer,
}) => {
  await scaleFrameTimes(page, 0.001);
  await trainer.start();
  await trainer.send(along(session.home, [1300])[0]!);
  await openView(page, { service, session, view: 'student' });
  await expect(page.getByRole('img', { name: /^Trainer/ })).toBeVisible();
  await dragUntil(page, async (step) => {
    expect(await pixelRatioOf(page)).toBe(PIXEL_RATIO);
    return step >= 30;
  });
  await page.mouse.up();
  await expect(page.getByRole('button', { name: 'Recentre' })).toBeVisible();
  expect(await pixelRatioOf(page)).toBe(PIXEL_RATIO);
});
