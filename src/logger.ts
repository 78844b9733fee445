import pino, { type Logger, type LoggerOptions } from 'pino';

import type { LogLevel } from './config/config';

/** Some 30 kB. */
const CHUNK_LINES = 200;
/** What is gathered waits no longer than this for the chunk to fill. */
const FLUSH_INTERVAL_MS = 500;
/** Of one error; a chain could be a ring. */
const MAX_CAUSES = 5;

/**
 * What a log tells of an error. pino's own serializer copies whatever hangs on one: of a failed Redis command that
 * is its arguments, an update's coordinates.
 */
export function errorFields(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    stack,
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: errorFields(cause, depth + 1) }),
  };
}

export const loggerOptions = (level: LogLevel): LoggerOptions => ({
  level,
  base: undefined,
  serializers: { err: (error: unknown) => errorFields(error) },
});

/**
 * JSON lines on stdout, gathered to chunks: a line a request must not cost a system call each. pino's own
 * destination gathers too, but measures all that it holds with each line: at 64 kB that was a tenth of a poll.
 */
export function createLogger(level: LogLevel): { logger: Logger; flush: () => void } {
  const destination = pino.destination({ dest: 1, sync: false });
  let lines: string[] = [];
  const pass = (): void => {
    if (lines.length === 0) return;
    destination.write(lines.join(''));
    lines = [];
  };
  const gathering = {
    write(line: string) {
      if (lines.push(line) >= CHUNK_LINES) pass();
    },
  };
  setInterval(pass, FLUSH_INTERVAL_MS).unref();
  return {
    logger: pino(loggerOptions(level), gathering),
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
