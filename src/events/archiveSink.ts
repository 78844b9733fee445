import type { JourneyChange } from '../domain/journey';
import type { JourneyArchive } from '../domain/ports';
import type { DeliveryResult, Sink } from './ports';

/** The durable records. */
export class ArchiveSink implements Sink {
  constructor(
    private readonly archive: JourneyArchive,
    /** For metrics. */
    private readonly onRecorded: (changes: readonly JourneyChange[]) => void,
  ) {}

  async deliver(changes: readonly JourneyChange[]): Promise<readonly DeliveryResult[]> {
    await this.archive.record(changes);
    this.onRecorded(changes);
    return changes.map(() => ({ ok: true }));
  }
}
