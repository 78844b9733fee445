import type { Logger } from 'pino';

import { groupBy, idsOf, type InFlightEntries, type InFlightEntry } from './inFlightEntries';
import type { OutageLog } from './outageLog';
import type { Outbox, RelayObserver } from './ports';

export interface AcknowledgerOptions {
  readonly outbox: Outbox;
  readonly inFlight: InFlightEntries;
  readonly logger: Logger;
  readonly outages: OutageLog;
  readonly observer?: RelayObserver;
}

/** Reports the outcome of each entry to the outbox, until the outbox has confirmed it. */
export class Acknowledger {
  constructor(private readonly options: AcknowledgerOptions) {}

  /**
   * Reports every outcome that the outbox does not know yet, in one call for each partition and reason. The promises
   * resolve as the calls end and never reject: the next run repeats a call that failed.
   */
  run(): Promise<void>[] {
    const { inFlight } = this.options;
    return (['delivered', 'undeliverable'] as const).flatMap((state) => {
      const finished = [...inFlight].filter((entry) => entry.state === state);
      const groups = groupBy(finished, ({ partition, reason }) => `${partition}/${reason}`);
      return groups.map((entries) => this.acknowledge(entries, state));
    });
  }

  private async acknowledge(
    entries: readonly InFlightEntry[],
    state: 'delivered' | 'undeliverable',
  ): Promise<void> {
    const { outbox, inFlight, outages, logger, observer } = this.options;
    const { partition, reason } = entries[0]!;
    const ids = idsOf(entries);
    for (const entry of entries) entry.state = 'acknowledging';
    try {
      if (state === 'delivered') await outbox.ack(partition, ids);
      else {
        await outbox.deadLetter(partition, ids, reason);
        logger.error({ partition, ids, reason }, 'Changes could not be delivered and are now dead letters');
        observer?.deadLettered(ids.length);
      }
      inFlight.remove(entries);
    } catch (error) {
      for (const entry of entries) entry.state = state;
      outages.failed(partition, error);
    }
  }
}
