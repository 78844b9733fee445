import { loadavg } from 'node:os';
import type { CDPSession, Page } from '@playwright/test';
import { openView } from '../test-browser/support/mapPage';
import { expect, test } from '../test-browser/support/story';
import { simulateFleet } from './simulatedFleet';

test.use({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 });

const MEASURED_MS = 10_000;
const SIZE = Number(process.env['FLEET'] ?? 10_000);

test(`frames per second of an operator's map of ${SIZE} trainers`, async ({ page, service, session }) => {
  await simulateFleet(page, SIZE);
  await openView(page, { service, session, view: 'operator' });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`${SIZE} on the way`, { timeout: 60_000 });
  // All have been asked about once when there are as many signals as trainers.
  await expect.poll(() => countOfSignals(page), { timeout: 90_000, intervals: [1000] }).toBe(SIZE);
  const graphics = await page.context().browser()!.newBrowserCDPSession();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  for (const [doing, act] of [
    ['watching', () => Promise.resolve()],
    ['dragging the map', () => dragMap(page)],
  ] as const) {
    const busyMs = await mainThreadMs(cdp);
    const drawnMs = await graphicsMs(graphics);
    const [measured] = await Promise.all([frames(page), act()]);
    report(doing, {
      ...measured,
      mainThreadBusy: ((await mainThreadMs(cdp)) - busyMs) / MEASURED_MS,
      graphicsBusy: ((await graphicsMs(graphics)) - drawnMs) / MEASURED_MS,
    });
  }
  await page.screenshot({ path: test.info().outputPath('fleet.png') });
});

async function countOfSignals(page: Page): Promise<number> {
  const counts = await page
    .getByRole('list', { name: /by signal/ })
    .locator('strong')
    .allTextContents();
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

interface Frames {
  readonly perSecond: number;
  readonly longestMs: number;
}

/** Processor time of the page's main thread, milliseconds: unlike frames it hardly depends on how busy the machine is. */
async function mainThreadMs(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
}

/** Processor time of the browser's graphics process, milliseconds; without a graphics card that one draws the map. */
async function graphicsMs(browser: CDPSession): Promise<number> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  return 1000 * processInfo.find(({ type }) => type === 'GPU')!.cpuTime;
}

/** Counts what the page could draw: a busy main thread or graphics process delays the next frame. */
function frames(page: Page): Promise<Frames> {
  return page.evaluate(
    (measuredMs) =>
      new Promise<Frames>((resolve) => {
        const startMs = performance.now();
        let lastMs = startMs;
        let count = 0;
        let longestMs = 0;
        const onFrame = () => {
          const nowMs = performance.now();
          count += 1;
          longestMs = Math.max(longestMs, nowMs - lastMs);
          lastMs = nowMs;
          if (nowMs - startMs < measuredMs) requestAnimationFrame(onFrame);
          else resolve({ perSecond: (1000 * count) / (nowMs - startMs), longestMs });
        };
        requestAnimationFrame(onFrame);
      }),
    MEASURED_MS,
  );
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

interface Measured extends Frames {
  /** Of one processor, as a fraction. */
  readonly mainThreadBusy: number;
  readonly graphicsBusy: number;
}

function report(doing: string, { perSecond, longestMs, mainThreadBusy, graphicsBusy }: Measured): void {
  const percent = (fraction: number) => `${(100 * fraction).toFixed(0)} %`;
  console.log(
    `${SIZE} trainers, ${doing}: ${perSecond.toFixed(1)} frames/s, longest frame ${longestMs.toFixed(0)} ms, ` +
      `main thread ${percent(mainThreadBusy)}, graphics process ${percent(graphicsBusy)} of a processor ` +
      `(load ${loadavg()[0]!.toFixed(1)})`,
  );
}
