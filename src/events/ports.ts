import type { JourneyChange } from '../domain/journey';

/** A change that waits in the outbox. */
export interface OutboxEntry {
  readonly partition: string;
  /** Unique within its partition, ascending in the order of the changes. */
  readonly id: string;
  /** Epoch ms by Redis' clock. A replayed entry is as old as its replay. */
  readonly appendedAt: number;
  /** `null` when the entry can't be read: a fault of ours that no second try mends. */
  readonly change: JourneyChange | null;
}

export interface OutboxFigures {
  /** Entries not yet delivered. */
  readonly waiting: number;
  /** 0 when none waits. */
  readonly oldestAgeMs: number;
  /** Entries set aside. */
  readonly dead: number;
}

/**
 * What is not yet delivered, shared by all processes. An entry that was read is its reader's until it is
 * acked; nobody else gets it, unless its reader neither acks nor renews it for some time.
 * Each method is safe to repeat and rejects when the store does not answer; the entries then stay where they are.
 */
export interface Outbox {
  /** The next entries that nobody has read, oldest first. */
  read(partition: string, count: number): Promise<readonly OutboxEntry[]>;
  /** Takes over entries that nobody has touched for `idleMs`: their process died, or the reply to their reader was lost. */
  reclaim(partition: string, idleMs: number, count: number): Promise<readonly OutboxEntry[]>;
  /** Says that this process still works on them. */
  renew(partition: string, ids: readonly string[]): Promise<void>;
  /** Gives them up, so that another process takes them over with its next `reclaim`. */
  release(partition: string, ids: readonly string[]): Promise<void>;
  /** They are delivered. */
  ack(partition: string, ids: readonly string[]): Promise<void>;
  /** Sets them aside, where an operator finds them. */
  bury(partition: string, ids: readonly string[], reason: string): Promise<void>;
  /** Forgets processes that have been silent for `silentMs`; with `leave` this one too. Those with entries under way stay. */
  forgetReaders(partition: string, silentMs: number, leave?: boolean): Promise<void>;
  figures(partition: string): Promise<OutboxFigures>;
}

export type DeliveryResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Where changes go. */
export interface Sink {
  /**
   * One result for each change, in their order. Rejects when nothing is known of any of them (an outage, or a
   * refusal of the whole call). The same change may come again, also after it was delivered.
   */
  deliver(changes: readonly JourneyChange[], signal: AbortSignal): Promise<readonly DeliveryResult[]>;
}

/** For metrics. */
export interface RelayObserver {
  /** One entry arrived, `lagMs` after its change. */
  delivered(lagMs: number): void;
  /** So many entries of one call did not arrive; they are tried again. */
  failed(count: number): void;
  buried(count: number): void;
  /** From time to time, over all partitions. `fullest` is the longest single stream: each is bounded by itself. */
  figures(figures: OutboxFigures & { readonly fullest: number }): void;
}
