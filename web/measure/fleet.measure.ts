import { loadavg } from 'node:os';
import type { Page } from '@playwright/test';
import { openView } from '../test-browser/support/mapPage';
import { expect, test } from '../test-browser/support/story';
import { measureDrawing, type Drawing } from './drawing';
import { openEmptyMap } from './emptyMap';
import { simulateFleet } from './simulatedFleet';

test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });

const MEASURED_MS = 10_000;
/** A frame of thirty in a second. */
const FRAME_MS = 1000 / 30;
const SIZE = Number(process.env['FLEET'] ?? 10_000);

test(`frames per second of an operator's map of ${SIZE} trainers`, async ({ page, service, session }) => {
  // First the fastest map that this machine can draw: without a graphics card that one may be slow already.
  await openEmptyMap(page, service.origin);
  const empty = await measureDrawing(page, MEASURED_MS, () => dragMap(page));
  report('An empty map, dragged', empty);

  await simulateFleet(page, SIZE);
  await openView(page, { service, session, view: 'operator' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${SIZE} on the way`, { timeout: 60_000 });
  // All have been asked about once when there are as many signals as trainers.
  await expect.poll(() => countOfSignals(page), { timeout: 90_000, intervals: [1000] }).toBe(SIZE);
  const watched = await measureDrawing(page, MEASURED_MS, () => Promise.resolve());
  report(`${SIZE} trainers, watched`, watched);
  const dragged = await measureDrawing(page, MEASURED_MS, () => dragMap(page));
  report(`${SIZE} trainers, dragged`, dragged);
  const ratio = (100 * dragged.framesPerSecond) / empty.framesPerSecond;
  console.log(`Dragged, the fleet's map has ${ratio.toFixed(0)} % of the empty map's frames.`);
  await page.screenshot({ path: test.info().outputPath('fleet.png') });

  // What the page itself does for a frame leaves most of the frame's time free, however slow the graphics are.
  for (const { mainThreadMs } of [watched, dragged]) expect(mainThreadMs).toBeLessThan(FRAME_MS / 2);
});

async function countOfSignals(page: Page): Promise<number> {
  const counts = await page
    .getByRole('list', { name: /by signal/ })
    .locator('strong')
    .allTextContents();
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

/** To and fro for as long as is measured, so that the map is drawn anew all the time. */
async function dragMap(page: Page): Promise<void> {
  const untilMs = performance.now() + MEASURED_MS;
  await page.mouse.move(860, 400);
  await page.mouse.down();
  for (let step = 0; performance.now() < untilMs; step++) {
    await page.mouse.move(860 + 150 * Math.sin(step / 15), 400 + 100 * Math.cos(step / 15));
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
}

function report(what: string, drawing: Drawing): void {
  const ms = (value: number) => `${value.toFixed(1)} ms`;
  console.log(
    `${what}: ${drawing.framesPerSecond.toFixed(1)} frames/s, longest frame ${drawing.longestFrameMs.toFixed(0)} ms; ` +
      `processor time of a frame: main thread ${ms(drawing.mainThreadMs)}, whole page with workers ` +
      `${ms(drawing.pageMs)}, graphics process ${ms(drawing.graphicsMs)} (load ${loadavg()[0]!.toFixed(1)})`,
  );
}
