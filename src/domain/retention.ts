import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { RepeatedTask } from './repeatedTask';

/** From the end of one turn to the next, over all processes. */
const TURN_INTERVAL_MS = 24 * 3600_000;
/** A process that has not renewed its turn for so long has died or lost a store: another one takes over. */
const LEASE_MS = 60_000;
/** After a failure; and before the first try, so that a process that starts has its requests first. */
const RETRY_MS = 60_000;
const retryDelayMs = (): number => RETRY_MS * (0.5 + Math.random());
/** Most records of a table in one statement: it takes some milliseconds. */
const BATCH_SIZE = 1000;
/** Between two batches, so that the database and its replicas keep up with their other work. */
const PAUSE_MS = 200;

/** The tables whose old records are deleted. */
export const recordTables = ['journey', 'access_log'] as const;
export type DeletedRecords = Readonly<Record<(typeof recordTables)[number], number>>;

export interface OldRecords {
  /**
   * Deletes at most `limit` records of each table that are older, by the database's clock. Safe to repeat, and to run
   * in two processes at the same time. Throws STORE_UNAVAILABLE (store `database`) when the database does not answer.
   */
  deleteOlderThan(days: number, limit: number): Promise<DeletedRecords>;
}

export interface RetentionTurns {
  /**
   * Takes the turn, or renews it, for so long. Returns 0, or how many ms another turn still lasts. A turn ends with its
   * time. Throws STORE_UNAVAILABLE (store `redis`) when the live store does not answer.
   */
  hold(turn: string, forMs: number): Promise<number>;
}

export interface RetentionOptions {
  readonly turns: RetentionTurns;
  readonly records: OldRecords;
  /** The setting JOURNEY_RETENTION_DAYS. */
  readonly days: number;
  readonly onDeleted: (deleted: DeletedRecords) => void;
  /** A turn is over: nothing is left that is too old. */
  readonly onFinished?: () => void;
  /** A turn failed; another one, of this or another process, goes on where it ended. */
  readonly onError: (error: unknown) => void;
}

/**
 * Deletes records that are older than they may be kept. Every process runs one; once a day one of them has the turn, and
 * deletes a batch at a time until nothing is left.
 */
export class Retention {
  private readonly task: RepeatedTask;
  private readonly stopping = new AbortController();

  constructor(private readonly options: RetentionOptions) {
    this.task = new RepeatedTask({
      run: async () => (await this.run()) + Math.random() * RETRY_MS,
      retryMs: retryDelayMs,
      onError: options.onError,
    });
  }

  start(delayMs = retryDelayMs()): void {
    this.task.start(delayMs);
  }

  /** Waits for the current batch. */
  stop(): Promise<void> {
    this.stopping.abort();
    return this.task.stop();
  }

  /** Takes a turn if there is one to take; returns the time until the next one, ms. */
  async run(): Promise<number> {
    const { turns, records, days, onDeleted, onFinished } = this.options;
    const { signal } = this.stopping;
    // Each turn has a new id: a process that has finished its turn must wait for the next day like all others.
    const turn = randomUUID();
    while (!signal.aborted) {
      const waitMs = await turns.hold(turn, LEASE_MS);
      if (waitMs > 0) return waitMs;
      const deleted = await records.deleteOlderThan(days, BATCH_SIZE);
      onDeleted(deleted);
      // A batch may be smaller than its limit because another transaction holds rows, so only an empty one is the last.
      if (recordTables.every((table) => deleted[table] === 0)) {
        await turns.hold(turn, TURN_INTERVAL_MS);
        onFinished?.();
        return TURN_INTERVAL_MS;
      }
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
    return LEASE_MS;
  }
}
