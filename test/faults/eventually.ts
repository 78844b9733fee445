import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds; after `withinMs` it throws an error that names the condition. */
export async function eventually(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await sleep(25);
  }
}
