import { parseArgs } from 'node:util';
import { runProgram, wholeNumber } from './commandLine';
import { runDemo } from './demo';

/** Beyond that the simulation, not the service, is what the machine is busy with. */
const MAX_TRAINERS = 2_000;
/** Ending takes a second or two. Beyond this something hangs, and whoever pressed Ctrl-C wants it over. */
const STOP_DEADLINE_MS = 9_000;

/** `npm run demo [-- --trainers N --no-map]`, until Ctrl-C. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { trainers: { type: 'string', default: '25' }, 'no-map': { type: 'boolean', default: false } },
  });
  const trainers = wholeNumber('--trainers', values.trainers, 1, MAX_TRAINERS);

  const stopping = new AbortController();
  const stop = (): void => {
    // A terminal's Ctrl-C comes twice: to all processes at once, and again from npm.
    if (stopping.signal.aborted) return;
    console.log('\nEnding …');
    stopping.abort();
    // The stores end with this process, however it ends.
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  try {
    await runDemo({ trainers, hasMap: !values['no-map'], env: process.env }, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  }
}

runProgram(main);
