import pino, { type Logger } from 'pino';

import type { LogLevel } from './config/config';

/** Some 200 lines. */
const CHUNK_LENGTH = 32 * 1024;
/** What is gathered waits no longer than this for the chunk to fill. */
const FLUSH_INTERVAL_MS = 500;

/**
 * JSON lines on stdout, gathered to chunks: a line a request must not cost a system call each. pino's own
 * destination gathers too, but measures all that it holds with each line: at 64 kB that was a tenth of a poll.
 */
export function createLogger(level: LogLevel): { logger: Logger; flush: () => void } {
  const destination = pino.destination({ dest: 1, sync: false });
  let chunk = '';
  const pass = (): void => {
    if (chunk === '') return;
    destination.write(chunk);
    chunk = '';
  };
  const gathering = {
    write(line: string) {
      chunk += line;
      if (chunk.length >= CHUNK_LENGTH) pass();
    },
  };
  setInterval(pass, FLUSH_INTERVAL_MS).unref();
  return {
    logger: pino({ level, base: undefined }, gathering),
    flush: () => {
      pass();
      try {
        destination.flushSync();
      } catch {
        // Not opened yet: nothing was written.
      }
    },
  };
}
