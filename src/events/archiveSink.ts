import type { Change } from '../domain/journey';
import type { JourneyArchive } from '../domain/ports';
import type { DeliveryResult, Sink } from './ports';

/** One statement writes a batch; a larger one would hold its locks for longer. */
const MAX_CHANGES_PER_STATEMENT = 100;

/** Writes changes to the durable record. */
export class ArchiveSink implements Sink {
  readonly maxBatchSize = MAX_CHANGES_PER_STATEMENT;

  constructor(
    private readonly archive: JourneyArchive,
    /** For metrics. */
    private readonly onRecorded: (changes: readonly Change[]) => void,
  ) {}

  async deliver(changes: readonly Change[]): Promise<readonly DeliveryResult[]> {
    await this.archive.record(changes.filter((change) => 'journey' in change));
    this.onRecorded(changes);
    return changes.map(() => ({ ok: true }));
  }
}
