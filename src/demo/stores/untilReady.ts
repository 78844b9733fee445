import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptProcess } from './keptProcess';

const POLL_MS = 25;

/**
 * Waits until `probe` no longer throws.
 * @throws when the program ends first, with what it printed, or when `timeoutMs` have passed.
 */
export async function untilReady(
  name: string,
  program: KeptProcess,
  probe: () => Promise<void>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let over = false;
  const ended = program.ended.then(({ exit, output }) => {
    over = true;
    throw new Error(`${name} ended at its start (${exit}):\n${output}`);
  });

  const ready = async (): Promise<void> => {
    while (!over) {
      try {
        return await probe();
      } catch (cause) {
        if (Date.now() > deadline) throw new Error(`${name} was not ready after ${timeoutMs} ms`, { cause });
        await sleep(POLL_MS);
      }
    }
  };
  await Promise.race([ready(), ended]);
}
