import type { IBackoff, IBackoffFactory } from 'cockatiel';

import type { JourneyChange } from '../domain/journey';
import type { OutboxEntry } from './ports';

/**
 * waiting → sending → delivered | undeliverable → settling → gone. A failure leads back to waiting, one of the
 * outbox from settling back to where it came from.
 */
type HeldState = 'waiting' | 'sending' | 'delivered' | 'undeliverable' | 'settling';

/** An entry that this process works on. */
export interface Held {
  readonly entry: OutboxEntry;
  readonly change: JourneyChange;
  state: HeldState;
  /** Why it is undeliverable. */
  reason: string;
  /** Not to be tried before this moment of the monotonic clock, ms. */
  notBefore: number;
  /** Of its own: it was refused by itself. */
  backoff: IBackoff<unknown> | null;
  refusals: number;
  /** Set by a call that failed as a whole: it is tried by itself from then on, so that it can't spoil others. */
  alone: boolean;
  /** When such a call last failed, by the monotonic clock. */
  failedAt: number;
}

const keyOf = (entry: OutboxEntry): string => `${entry.partition}/${entry.id}`;

/** The entries that a relay has in its hands: read or taken over, and not yet acked. */
export class HeldEntries {
  /** In the order in which they are to be tried. */
  private readonly held = new Map<string, Held>();
  /** Ids of the journeys whose start is not yet delivered: their ends wait for it. */
  private readonly openStarts = new Set<string>();

  get size(): number {
    return this.held.size;
  }

  [Symbol.iterator](): IterableIterator<Held> {
    return this.held.values();
  }

  /** An entry that is held already stays as it is: it was taken over from ourselves. */
  add(entry: OutboxEntry, change: JourneyChange): void {
    if (this.held.has(keyOf(entry))) return;
    this.held.set(keyOf(entry), {
      entry,
      change,
      state: 'waiting',
      reason: '',
      notBefore: 0,
      backoff: null,
      refusals: 0,
      alone: false,
      failedAt: 0,
    });
    if (change.kind === 'STARTED') this.openStarts.add(change.journey.id);
  }

  /** Up to `count` entries for one call. */
  next(now: number, count: number): Held[] {
    const batch: Held[] = [];
    for (const held of this.held.values()) {
      if (!this.isReady(held) || held.notBefore > now) continue;
      if (held.alone) {
        if (batch.length === 0) return [held];
        continue;
      }
      batch.push(held);
      if (batch.length === count) break;
    }
    return batch;
  }

  /** When the next entry may be tried: Infinity when none waits. */
  nextAt(): number {
    let nextAt = Infinity;
    for (const held of this.held.values()) {
      if (this.isReady(held)) nextAt = Math.min(nextAt, held.notBefore);
    }
    return nextAt;
  }

  sending(batch: readonly Held[]): void {
    for (const held of batch) held.state = 'sending';
  }

  /** Nothing more is to be sent of it; what is left is to tell the outbox. */
  finish(held: Held, state: 'delivered' | 'undeliverable', reason = ''): void {
    held.state = state;
    held.reason = reason;
    if (held.change.kind === 'STARTED') this.openStarts.delete(held.change.journey.id);
  }

  /** This very entry was refused: it waits, longer each time. */
  postpone(held: Held, now: number, backoffs: IBackoffFactory<unknown>): void {
    held.state = 'waiting';
    held.refusals += 1;
    held.backoff = held.backoff ? held.backoff.next(undefined) : backoffs.next(undefined);
    held.notBefore = now + held.backoff.duration;
  }

  /** The whole call failed: it goes behind the others, so that each is tried in turn. */
  requeue(held: Held, now: number): void {
    held.state = 'waiting';
    held.alone = true;
    held.failedAt = now;
    this.held.delete(keyOf(held.entry));
    this.held.set(keyOf(held.entry), held);
  }

  remove(helds: readonly Held[]): void {
    for (const held of helds) this.held.delete(keyOf(held.entry));
  }

  private isReady(held: Held): boolean {
    if (held.state !== 'waiting') return false;
    return held.change.kind === 'STARTED' || !this.openStarts.has(held.change.journey.id);
  }
}

export const idsOf = (helds: readonly Held[]): string[] => helds.map((held) => held.entry.id);

/** By partition: a call to the outbox is about one. */
export function byPartition(helds: Iterable<Held>): Map<string, Held[]> {
  const groups = new Map<string, Held[]>();
  for (const held of helds) {
    const group = groups.get(held.entry.partition);
    if (group) group.push(held);
    else groups.set(held.entry.partition, [held]);
  }
  return groups;
}
