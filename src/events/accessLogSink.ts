import type { AccessArchive } from '../domain/ports';
import type { DeliveryResult, SessionsRead, Sink } from './ports';

/** Most entries of one call, of up to 100 reads each. */
const MAX_ENTRIES = 20;
/** One statement writes this many; a larger one would hold its connection for longer. */
const MAX_READS_PER_STATEMENT = 500;

/** Writes reads by operators and services to the access log. */
export class AccessLogSink implements Sink {
  readonly maxBatchSize = MAX_ENTRIES;

  constructor(private readonly archive: AccessArchive) {}

  async deliver(changes: readonly SessionsRead[]): Promise<readonly DeliveryResult[]> {
    const reads = changes.flatMap((change) => change.reads);
    // A later statement may fail after an earlier one: all are repeated then, and the lines that are there stay.
    for (let from = 0; from < reads.length; from += MAX_READS_PER_STATEMENT)
      await this.archive.record(reads.slice(from, from + MAX_READS_PER_STATEMENT));
    return changes.map(() => ({ ok: true }));
  }
}
