import pino, { type Logger, type LoggerOptions } from 'pino';

import type { LogLevel } from './config/config';

/** Some 30 kB. */
const CHUNK_LINES = 200;
/** Lines wait no longer than this for the chunk to fill. */
const FLUSH_INTERVAL_MS = 500;
/** The most causes of one error that are logged: a chain of causes could be circular. */
const MAX_CAUSES = 5;

/**
 * The fields of an error that are logged. pino's own serializer copies every property: a failed Redis command has its
 * arguments there, which are an update's coordinates.
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
 * JSON lines on stdout, written in chunks: the line of a request must not cost a system call. pino's own destination
 * buffers too, but measures the whole buffer with each line: at 64 kB that took a tenth of a poll's CPU.
 */
export function createLogger(level: LogLevel): { logger: Logger; flush: () => void } {
  const destination = pino.destination({ dest: 1, sync: false });
  let lines: string[] = [];
  const writeChunk = (): void => {
    if (lines.length === 0) return;
    destination.write(lines.join(''));
    lines = [];
  };
  const buffered = {
    write(line: string) {
      if (lines.push(line) >= CHUNK_LINES) writeChunk();
    },
  };
  setInterval(writeChunk, FLUSH_INTERVAL_MS).unref();
  return {
    logger: pino(loggerOptions(level), buffered),
    flush: () => {
      writeChunk();
      try {
        destination.flushSync();
      } catch {
        // The destination is not open yet, so nothing was written.
      }
    },
  };
}
