import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until it holds; fails after `withinMs`, saying what was awaited. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`It did not come about within ${withinMs} ms: ${what}`);
    await sleep(25);
  }
}
