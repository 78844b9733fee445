import type { Logger } from 'pino';

import { byPartition, idsOf, type Held, type HeldEntries } from './held';
import { jittered } from './jitter';
import { reasonOf, type OutageLog } from './outageLog';
import type { Outbox, OutboxEntry, RelayObserver } from './ports';

export interface UpkeepOptions {
  readonly outbox: Outbox;
  readonly partitions: readonly string[];
  readonly held: HeldEntries;
  readonly logger: Logger;
  readonly outages: OutageLog;
  readonly observer?: RelayObserver;
  readonly claimAfterMs: number;
  readonly figuresIntervalMs: number;
  /** How many entries may be taken over now. */
  readonly room: () => number;
  readonly take: (entries: readonly OutboxEntry[]) => void;
}

/** A process that did not look for so long has ended, even if it never said so. */
const SILENT_READER_MS = 10 * 60_000;
/** Most entries taken over by one command. */
const CLAIM_COUNT = 50;

/** What a relay does from time to time: it keeps what it holds, takes over what others left, and counts. */
export class Upkeep {
  private timers: NodeJS.Timeout[] = [];
  private isRunning = false;
  private forgotAt = -Infinity;

  constructor(private readonly options: UpkeepOptions) {}

  start(): void {
    this.isRunning = true;
    this.repeat(() => this.tend(), this.options.claimAfterMs / 3);
    if (this.options.observer) this.repeat(() => this.count(), this.options.figuresIntervalMs);
  }

  stop(): void {
    this.isRunning = false;
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** The last act: other processes need not wait until what is held looks abandoned. */
  async leave(): Promise<void> {
    const { outbox, partitions, held, logger } = this.options;
    const left = byPartition(held);
    await Promise.allSettled(
      partitions.map(async (partition) => {
        const mine = left.get(partition);
        if (mine) await outbox.release(partition, idsOf(mine));
        await outbox.forgetReaders(partition, SILENT_READER_MS, true);
      }),
    );
    if (held.size > 0) logger.warn({ left: held.size }, 'Changes are left to other processes');
  }

  /** Once soon, then again and again; neither of the tasks rejects. */
  private repeat(task: () => Promise<void>, intervalMs: number): void {
    const slot = this.timers.length;
    const run = async (): Promise<void> => {
      await task();
      if (this.isRunning) this.timers[slot] = setTimeout(() => void run(), jittered(intervalMs));
    };
    this.timers.push(setTimeout(() => void run(), Math.random() * Math.min(1000, intervalMs)));
  }

  private async tend(): Promise<void> {
    const { partitions, held, outages } = this.options;
    const mine = byPartition(held);
    const now = performance.now();
    const forget = now - this.forgotAt > SILENT_READER_MS / 2;
    if (forget) this.forgotAt = now;
    await Promise.all(
      partitions.map((partition) =>
        this.tendOne(partition, mine.get(partition) ?? [], forget).catch((error: unknown) =>
          outages.failed(partition, error),
        ),
      ),
    );
  }

  private async tendOne(partition: string, mine: readonly Held[], forget: boolean): Promise<void> {
    const { outbox, claimAfterMs, room, take } = this.options;
    if (mine.length > 0) await outbox.renew(partition, idsOf(mine));
    for (;;) {
      const count = Math.min(CLAIM_COUNT, room());
      if (count <= 0 || !this.isRunning) break;
      const entries = await outbox.reclaim(partition, claimAfterMs, count);
      take(entries);
      if (entries.length < count) break;
    }
    if (forget) await outbox.forgetReaders(partition, SILENT_READER_MS);
  }

  private async count(): Promise<void> {
    const { observer, outbox, partitions, logger } = this.options;
    try {
      // All or none: a sum over some partitions alone would look like a relief.
      const figures = await Promise.all(partitions.map((partition) => outbox.figures(partition)));
      observer?.figures({
        waiting: figures.reduce((sum, { waiting }) => sum + waiting, 0),
        fullest: Math.max(...figures.map(({ waiting }) => waiting)),
        oldestAgeMs: Math.max(...figures.map(({ oldestAgeMs }) => oldestAgeMs)),
        dead: figures.reduce((sum, { dead }) => sum + dead, 0),
      });
    } catch (error) {
      logger.debug({ reason: reasonOf(error) }, 'The outbox can not be counted');
    }
  }
}
