import type { Logger } from 'pino';

import type { Outbox, RelayObserver, Sink } from './ports';

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly partitions: readonly string[];
  readonly sink: Sink;
  readonly logger: Logger;
  readonly observer?: RelayObserver;
  /**
   * Interval between two reads of every partition, for what other processes left. What this process appends is read
   * at once (`nudge`). Each sweep costs one command for each partition.
   */
  readonly sweepIntervalMs?: number;
  /** Most calls to the sink at once. */
  readonly concurrency?: number;
  /** Most entries in flight in this process; what is beyond stays in the outbox. */
  readonly maxInFlight?: number;
  /** Entries idle for so long are taken over: their process died. */
  readonly claimAfterMs?: number;
  /** Interval between two counts for the observer. */
  readonly figuresIntervalMs?: number;
  /** A call to the sink that takes longer has failed, whatever became of it. */
  readonly callTimeoutMs?: number;
  /** Delays before a retry: random, up to a bound that doubles from `initialMs` to `maxMs`. */
  readonly backoff?: { readonly initialMs: number; readonly maxMs: number };
  /** What could not be delivered for so long goes to the dead letters. */
  readonly deadLetterAfterMs?: number;
  /** Whether time counts during which the sink took nothing at all. If not, only entries refused individually go. */
  readonly outagesCount?: boolean;
}

export const relayDefaults = {
  sweepIntervalMs: 2000,
  concurrency: 4,
  maxInFlight: 1000,
  claimAfterMs: 15_000,
  figuresIntervalMs: 15_000,
  callTimeoutMs: 15_000,
  backoff: { initialMs: 500, maxMs: 20_000 },
  deadLetterAfterMs: 24 * 3600 * 1000,
  outagesCount: true,
};
