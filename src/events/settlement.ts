import type { Logger } from 'pino';

import { byPartition, idsOf, type Held, type HeldEntries } from './held';
import type { OutageLog } from './outageLog';
import type { Outbox, OutboxEntry, RelayObserver } from './ports';

export interface SettlementOptions {
  readonly outbox: Outbox;
  readonly held: HeldEntries;
  readonly logger: Logger;
  readonly outages: OutageLog;
  readonly observer?: RelayObserver;
  /** Called when something was told, or could not be. */
  readonly onTold: () => void;
}

/** Tells the outbox what became of the entries, until it has heard. */
export class Settlement {
  constructor(private readonly options: SettlementOptions) {}

  /** Tells all that is to be told. What the outbox does not hear is told again by the next call. */
  settle(): void {
    for (const state of ['delivered', 'undeliverable'] as const) {
      const finished = [...this.options.held].filter((held) => held.state === state);
      for (const [partition, helds] of byPartition(finished)) {
        for (const held of helds) held.state = 'settling';
        void this.tell(partition, helds, state);
      }
    }
  }

  /** Sets aside what no try can deliver. If the outbox does not hear it, the entry comes again with a later reclaim. */
  async buryUnreadable({ partition, id }: OutboxEntry): Promise<void> {
    try {
      await this.bury(partition, [id], 'its fields can not be read');
    } catch (error) {
      this.options.outages.failed(partition, error);
    }
  }

  private async tell(
    partition: string,
    helds: readonly Held[],
    state: 'delivered' | 'undeliverable',
  ): Promise<void> {
    const { outbox, held, outages, onTold } = this.options;
    try {
      if (state === 'delivered') await outbox.ack(partition, idsOf(helds));
      else await this.bury(partition, idsOf(helds), helds[0]!.reason);
      held.remove(helds);
    } catch (error) {
      for (const held of helds) held.state = state;
      outages.failed(partition, error);
    }
    onTold();
  }

  private async bury(partition: string, ids: readonly string[], reason: string): Promise<void> {
    const { outbox, logger, observer } = this.options;
    await outbox.bury(partition, ids, reason);
    logger.error({ partition, ids, reason }, 'Changes could not be delivered and were set aside');
    observer?.buried(ids.length);
  }
}
