import pino, { type Logger } from 'pino';

import type { LogLevel } from './config/config';

/** Some 400 lines: at 4 kB the writes alone were a tenth of a poll's cost. */
const CHUNK_BYTES = 64 * 1024;

/** JSON lines on stdout, written in batches: a line a request must not cost a system call each. */
export function createLogger(level: LogLevel): { logger: Logger; flush: () => void } {
  const destination = pino.destination({ dest: 1, sync: false, minLength: CHUNK_BYTES, maxWrite: 2 * CHUNK_BYTES });
  // What is buffered must not wait for the next line.
  const timer = setInterval(() => destination.flush(), 500);
  timer.unref();
  const logger = pino({ level, base: undefined }, destination);
  return {
    logger,
    flush: () => {
      try {
        destination.flushSync();
      } catch {
        // Not opened yet: nothing was written.
      }
    },
  };
}
