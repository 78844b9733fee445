import type { Logger } from 'pino';

import { idsOf, type InFlightEntries, type InFlightEntry } from './inFlightEntries';
import { reasonOf, type OutageLog } from './outageLog';
import type { Outbox, RelayObserver } from './ports';

export interface MaintenanceOptions {
  readonly outbox: Outbox;
  readonly partitions: readonly string[];
  readonly inFlight: InFlightEntries;
  readonly logger: Logger;
  readonly outages: OutageLog;
  readonly observer?: RelayObserver;
  readonly claimAfterMs: number;
}

/** A process that was silent for so long has ended, even if it never said so. */
export const SILENT_CONSUMER_MS = 10 * 60_000;
/** Most entries taken over by one command. */
const CLAIM_COUNT = 50;

/** The periodic work of a relay: it keeps its entries, takes over those of dead processes, and counts. Nothing rejects. */
export class Maintenance {
  private isStopped = false;

  constructor(private readonly options: MaintenanceOptions) {}

  /** From now on it takes nothing over. */
  stop(): void {
    this.isStopped = true;
  }

  /** Renews this process's entries of a partition, and takes over those that other processes abandoned. */
  async maintain(partition: string): Promise<void> {
    const { outbox, inFlight, outages, claimAfterMs } = this.options;
    try {
      const own = this.entriesOf(partition);
      if (own.length > 0) await outbox.renew(partition, idsOf(own));
      for (;;) {
        const count = Math.min(CLAIM_COUNT, inFlight.capacity);
        if (count <= 0 || this.isStopped) return;
        const entries = await outbox.reclaim(partition, claimAfterMs, count);
        inFlight.accept(entries);
        if (entries.length < count) return;
      }
    } catch (error) {
      outages.failed(partition, error);
    }
  }

  async removeConsumers(): Promise<void> {
    const { outbox, partitions, outages } = this.options;
    await Promise.all(
      partitions.map((partition) =>
        outbox
          .removeConsumers(partition, SILENT_CONSUMER_MS)
          .catch((error: unknown) => outages.failed(partition, error)),
      ),
    );
  }

  async count(): Promise<void> {
    const { observer, outbox, partitions, logger } = this.options;
    try {
      // All or none: a sum over only some partitions would look like an improvement.
      const figures = await Promise.all(partitions.map((partition) => outbox.figures(partition)));
      observer?.figures({
        waiting: figures.reduce((sum, { waiting }) => sum + waiting, 0),
        fullest: Math.max(...figures.map(({ waiting }) => waiting)),
        oldestAgeMs: Math.max(...figures.map(({ oldestAgeMs }) => oldestAgeMs)),
        dead: figures.reduce((sum, { dead }) => sum + dead, 0),
      });
    } catch (error) {
      logger.debug({ reason: reasonOf(error) }, 'The outbox could not be counted');
    }
  }

  /** Releases what is in flight, so that other processes need not wait until it looks abandoned. Called last. */
  async leave(): Promise<void> {
    const { outbox, partitions, inFlight, logger } = this.options;
    await Promise.allSettled(
      partitions.map(async (partition) => {
        const own = this.entriesOf(partition);
        if (own.length > 0) await outbox.release(partition, idsOf(own));
        await outbox.removeConsumers(partition, SILENT_CONSUMER_MS, true);
      }),
    );
    if (inFlight.size > 0) logger.warn({ left: inFlight.size }, 'Changes are left to other processes');
  }

  private entriesOf(partition: string): InFlightEntry[] {
    return [...this.options.inFlight].filter((entry) => entry.partition === partition);
  }
}
