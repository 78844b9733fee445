import type { CDPSession, Page } from '@playwright/test';

/** What the page did in some seconds. Processor times hardly depend on how busy the machine is, frames do. */
export interface Drawing {
  readonly framesPerSecond: number;
  readonly longestFrameMs: number;
  /** Processor time of the page's main thread for each frame. */
  readonly mainThreadMs: number;
  /** Of the main thread, the map's workers and the compositor together. */
  readonly pageMs: number;
  /** Of the browser's graphics process; without a graphics card that one draws the map. */
  readonly graphicsMs: number;
}

/** Measures a page while `act` lasts: `measuredMs`. */
export async function measureDrawing(
  page: Page,
  measuredMs: number,
  act: () => Promise<void>,
): Promise<Drawing> {
  const browser = await page.context().browser()!.newBrowserCDPSession();
  const target = await page.context().newCDPSession(page);
  await target.send('Performance.enable', { timeDomain: 'threadTicks' });
  const times = async () => ({
    main: await mainThreadMs(target),
    page: await processMs(browser, 'renderer'),
    graphics: await processMs(browser, 'GPU'),
  });
  const before = await times();
  const [{ count, elapsedMs, longestMs }] = await Promise.all([countFrames(page, measuredMs), act()]);
  const after = await times();
  await Promise.all([browser.detach(), target.detach()]);
  return {
    framesPerSecond: (1000 * count) / elapsedMs,
    longestFrameMs: longestMs,
    mainThreadMs: (after.main - before.main) / count,
    pageMs: (after.page - before.page) / count,
    graphicsMs: (after.graphics - before.graphics) / count,
  };
}

async function mainThreadMs(target: CDPSession): Promise<number> {
  const { metrics } = await target.send('Performance.getMetrics');
  return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
}

async function processMs(browser: CDPSession, wanted: 'GPU' | 'renderer'): Promise<number> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  return processInfo
    .filter(({ type }) => type === wanted)
    .reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0);
}

interface Frames {
  readonly count: number;
  readonly elapsedMs: number;
  readonly longestMs: number;
}

/** Counts what the page could draw: a busy main thread or graphics process delays the next frame. */
function countFrames(page: Page, measuredMs: number): Promise<Frames> {
  return page.evaluate(
    (forMs) =>
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
          if (nowMs - startMs < forMs) requestAnimationFrame(onFrame);
          else resolve({ count, elapsedMs: nowMs - startMs, longestMs });
        };
        requestAnimationFrame(onFrame);
      }),
    measuredMs,
  );
}
