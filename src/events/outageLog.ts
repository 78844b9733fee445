import type { Logger } from 'pino';

/** Not the error itself: what hangs on one (a request, its headers) has no place in a log. */
export const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';

/** Says once that the outbox does not answer, and once that it does again, however many calls fail meanwhile. */
export class OutageLog {
  /** Partitions whose last call failed. */
  private readonly away = new Set<string>();

  constructor(private readonly logger: Logger) {}

  answered(partition: string): void {
    const isLast = this.away.delete(partition) && this.away.size === 0;
    if (isLast) this.logger.info('The outbox answers again');
  }

  failed(partition: string, error: unknown): void {
    const isFirst = this.away.size === 0;
    this.away.add(partition);
    if (isFirst) this.logger.warn({ partition, reason: reasonOf(error) }, 'The outbox does not answer');
  }
}
