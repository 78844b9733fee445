import type { Logger } from 'pino';

/** Logs never hold the error itself, because it can carry a request with its headers. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';

/** Logs an outage of the outbox once at its beginning and once at its end, however many calls fail meanwhile. */
export class OutageLog {
  /** Partitions of which a call failed, and whose pending entries have not been read since. */
  private readonly unavailable = new Set<string>();

  constructor(private readonly logger: Logger) {}

  isUnavailable(partition: string): boolean {
    return this.unavailable.has(partition);
  }

  answered(partition: string): void {
    const isLast = this.unavailable.delete(partition) && this.unavailable.size === 0;
    if (isLast) this.logger.info('The outbox answers again');
  }

  failed(partition: string, error: unknown): void {
    const isFirst = this.unavailable.size === 0;
    this.unavailable.add(partition);
    if (isFirst) this.logger.warn({ partition, reason: reasonOf(error) }, 'The outbox does not answer');
  }
}
