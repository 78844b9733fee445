import { setTimeout as sleep } from 'node:timers/promises';
import type { ProgramEnd } from './keptProcess';

const POLL_MS = 25;

/**
 * Waits until `probe` no longer throws.
 * @throws when the program ends first, with what it printed, or when `timeoutMs` have passed.
 */
export async function untilReady(
  name: string,
  program: { readonly ended: Promise<ProgramEnd> },
  probe: () => Promise<void>,
  timeoutMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  let end: ProgramEnd | undefined;
  void program.ended.then((ended) => (end = ended));

  for (;;) {
    try {
      return await probe();
    } catch (cause) {
      if (end) throw new Error(`${name} ended at its start (${end.exit}):\n${end.output}`, { cause });
      if (Date.now() > deadline) throw new Error(`${name} was not ready after ${timeoutMs} ms`, { cause });
      await sleep(POLL_MS);
    }
  }
}
