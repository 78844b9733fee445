import type { Change } from '../domain/journey';
import type { AccessRead } from '../domain/ports';

/** Reads by operators and services, for the access log. It belongs to no journey, and is never an event. */
export interface SessionsRead {
  readonly kind: 'SESSIONS_READ';
  /** One at least. */
  readonly reads: readonly AccessRead[];
}

/** What waits in an outbox. */
export type OutboxChange = Change | SessionsRead;

/**
 * NEWER: a newer version of the service wrote the entry, and this one does not know its kind. UNREADABLE: a field is
 * missing or malformed, so no retry can deliver the entry.
 */
export type DecodedChange = OutboxChange | 'NEWER' | 'UNREADABLE';

/** A change that waits in the outbox. */
export interface OutboxEntry {
  readonly partition: string;
  /** Unique within its partition, ascending in the order of the changes. */
  readonly id: string;
  /** Epoch ms by Redis' clock. The age of a replayed entry counts from its replay. */
  readonly appendedAt: number;
  readonly change: DecodedChange;
}

export interface OutboxFigures {
  /** Entries not yet delivered. */
  readonly waiting: number;
  /** 0 when none waits. */
  readonly oldestAgeMs: number;
  /** Dead letters. */
  readonly dead: number;
}

/**
 * What is not yet delivered, shared by all processes. An entry that was read belongs to its reader until it is
 * acknowledged; no other process gets it, unless its reader neither acknowledges nor renews it for some time.
 * Each method is safe to repeat, and rejects when the store does not answer; the entries then stay where they are.
 */
export interface Outbox {
  /** The next entries that nobody has read, oldest first. */
  read(partition: string, count: number): Promise<readonly OutboxEntry[]>;
  /** All that this process was given and has not acknowledged, oldest first: also what a lost reply held. */
  readPending(partition: string): Promise<readonly OutboxEntry[]>;
  /** Takes over entries idle for `idleMs`: their process died. */
  reclaim(partition: string, idleMs: number, count: number): Promise<readonly OutboxEntry[]>;
  /** Declares that this process still works on them. */
  renew(partition: string, ids: readonly string[]): Promise<void>;
  /** Gives them up, so that another process takes them over with its next `reclaim`. */
  release(partition: string, ids: readonly string[]): Promise<void>;
  /** Removes entries that are delivered. */
  ack(partition: string, ids: readonly string[]): Promise<void>;
  /** Moves entries to the dead letters, where an operator finds them. */
  deadLetter(partition: string, ids: readonly string[], reason: string): Promise<void>;
  /**
   * Removes the consumers of processes that have been silent for `silentMs`; with `leave` the own one too. A consumer
   * with pending entries stays.
   */
  removeConsumers(partition: string, silentMs: number, leave?: boolean): Promise<void>;
  figures(partition: string): Promise<OutboxFigures>;
}

export type DeliveryResult = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Where changes are delivered. */
export interface Sink {
  /** Most changes that one call takes. */
  readonly maxBatchSize: number;
  /**
   * One result for each change, in their order. Rejects when the outcome is unknown for all of them (an outage, or a
   * refusal of the whole call). The same change may come again, even after it was delivered.
   */
  deliver(
    changes: readonly OutboxChange[],
    signal: AbortSignal,
    trace?: TraceContext,
  ): Promise<readonly DeliveryResult[]>;
}

/** The span of a delivery, for the sinks that can pass it on to subscribers. */
export interface TraceContext {
  /** As AWS X-Ray writes it: `Root=…;Parent=…;Sampled=…`. */
  readonly xrayHeader: string;
}

/** A sink that publishes events. */
export interface EventSink extends Sink {
  /** For traces: the messaging system, and the name of the bus or topic. */
  readonly destination: { readonly system: string; readonly name: string };
  /** Called once, after the last delivery. */
  close(): void;
}

/** For metrics. */
export interface RelayObserver {
  /** One entry was delivered, `lagMs` after its change. */
  delivered(lagMs: number): void;
  /** This many entries of one call were not delivered; they are retried. */
  failed(count: number): void;
  deadLettered(count: number): void;
  /** Reported periodically, over all partitions. `fullest` is the longest single stream: each has its own bound. */
  figures(figures: OutboxFigures & { readonly fullest: number }): void;
}
