import type { IBackoff, IBackoffFactory } from 'cockatiel';
import type { Logger } from 'pino';

import { subjectOf } from './eventKinds';
import type { OutboxChange, OutboxEntry } from './ports';

/**
 * waiting → sending → delivered | undeliverable → acknowledging → removed. A failed delivery leads back to waiting, a
 * failed acknowledgement back to delivered or undeliverable.
 */
type InFlightState = 'waiting' | 'sending' | 'delivered' | 'undeliverable' | 'acknowledging';

/** An entry that this process works on. */
export interface InFlightEntry {
  readonly partition: string;
  readonly id: string;
  readonly appendedAt: number;
  /** null when the entry could not be decoded: then it is undeliverable from the beginning. */
  readonly change: OutboxChange | null;
  state: InFlightState;
  /** Why it is undeliverable. */
  reason: string;
  /** It is not retried before this moment of the monotonic clock, ms. */
  notBefore: number;
  /** Its own backoff, once it was refused individually. */
  backoff: IBackoff<unknown> | null;
  refusals: number;
  /** Set after a call that failed as a whole: from then on it is sent alone, so that it cannot make others fail. */
  alone: boolean;
  /** When such a call last failed, by the monotonic clock. */
  failedAt: number;
}

export interface InFlightOptions {
  /** Most entries in flight; what is beyond stays in the outbox. */
  readonly maxInFlight: number;
  /** An entry that could not be delivered for so long goes to the dead letters. */
  readonly deadLetterAfterMs: number;
  readonly logger: Logger;
}

const UNREADABLE = 'a field is missing or malformed';
const UNKNOWN_KIND = 'this version of the service does not know its kind, and no newer one delivered it';

const keyOf = ({ partition, id }: Pick<OutboxEntry, 'partition' | 'id'>): string => `${partition}/${id}`;

/** In the same partition. A stream's id is a time, and a number within it. */
function isAppendedBefore(one: InFlightEntry, other: InFlightEntry): boolean {
  const numberOf = ({ id }: InFlightEntry): number => Number(id.slice(id.indexOf('-') + 1));
  return (
    one.appendedAt < other.appendedAt ||
    (one.appendedAt === other.appendedAt && numberOf(one) < numberOf(other))
  );
}

/** The entries that a relay has read or taken over, and not yet acknowledged. */
export class InFlightEntries {
  /** In the order in which they are tried. */
  private readonly entries = new Map<string, InFlightEntry>();
  /** Of each subject the changes that are not yet delivered, in their order: each waits for the one before it. */
  private readonly subjects = new Map<string, InFlightEntry[]>();
  /** Room for entries that are being read. */
  private reserved = 0;
  private hasLoggedNewer = false;

  constructor(private readonly options: InFlightOptions) {}

  get size(): number {
    return this.entries.size;
  }

  /** How many more entries may be read or taken over now. */
  get capacity(): number {
    return this.options.maxInFlight - this.entries.size - this.reserved;
  }

  [Symbol.iterator](): IterableIterator<InFlightEntry> {
    return this.entries.values();
  }

  reserve(count: number): void {
    this.reserved += count;
  }

  unreserve(count: number): void {
    this.reserved -= count;
  }

  /** Takes entries that the outbox gave to this process. */
  accept(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) {
      // An entry that is in flight already stays as it is: this process took it over from itself.
      if (this.entries.has(keyOf(entry))) continue;
      if (entry.change === 'NEWER') this.acceptNewer(entry);
      else if (entry.change === 'UNREADABLE') this.add(entry, null, UNREADABLE);
      else this.add(entry, entry.change);
    }
  }

  /**
   * Leaves an entry of a newer version to a newer process: it stays pending and is not renewed, so whichever process
   * reclaims next gets it. That costs one claim of it in each claim interval, over all processes, and since it is not
   * in flight here, it takes no capacity and nothing waits for it.
   */
  private acceptNewer(entry: OutboxEntry): void {
    if (this.isExpired(entry)) return this.add(entry, null, UNKNOWN_KIND);
    if (!this.hasLoggedNewer) {
      const { partition, id } = entry;
      this.options.logger.warn(
        { partition, id },
        'A newer version appended changes; a newer process delivers them',
      );
    }
    this.hasLoggedNewer = true;
  }

  private add({ partition, id, appendedAt }: OutboxEntry, change: OutboxChange | null, reason = ''): void {
    const entry: InFlightEntry = {
      partition,
      id,
      appendedAt,
      change,
      state: change ? 'waiting' : 'undeliverable',
      reason,
      notBefore: 0,
      backoff: null,
      refusals: 0,
      alone: false,
      failedAt: 0,
    };
    this.entries.set(keyOf(entry), entry);
    if (!change) return;
    const queue = this.subjects.get(subjectOf(change));
    if (!queue) this.subjects.set(subjectOf(change), [entry]);
    // One that was taken over from another process may precede those that are here.
    else queue.splice(queue.filter((other) => isAppendedBefore(other, entry)).length, 0, entry);
  }

  /** Up to `count` entries for one call. */
  next(now: number, count: number): InFlightEntry[] {
    const batch: InFlightEntry[] = [];
    for (const entry of this.entries.values()) {
      if (!this.isReady(entry) || entry.notBefore > now) continue;
      if (entry.alone) {
        if (batch.length === 0) return [entry];
        continue;
      }
      batch.push(entry);
      if (batch.length === count) break;
    }
    return batch;
  }

  /** When the next entry may be tried: Infinity when none waits. */
  nextAt(): number {
    let nextAt = Infinity;
    for (const entry of this.entries.values()) {
      if (this.isReady(entry)) nextAt = Math.min(nextAt, entry.notBefore);
    }
    return nextAt;
  }

  /** Delivery has ended for this entry; the outbox does not know it yet. */
  finish(entry: InFlightEntry, state: 'delivered' | 'undeliverable', reason = ''): void {
    entry.state = state;
    entry.reason = reason;
    if (!entry.change) return;
    const id = subjectOf(entry.change);
    const queue = (this.subjects.get(id) ?? []).filter((other) => other !== entry);
    if (queue.length > 0) this.subjects.set(id, queue);
    else this.subjects.delete(id);
  }

  /** This entry was refused individually: it waits, longer each time. */
  postpone(entry: InFlightEntry, now: number, backoffs: IBackoffFactory<unknown>): void {
    entry.state = 'waiting';
    entry.refusals += 1;
    entry.backoff = entry.backoff ? entry.backoff.next(undefined) : backoffs.next(undefined);
    entry.notBefore = now + entry.backoff.duration;
  }

  /** The whole call failed: the entry goes behind the others, so that each is tried in turn. */
  requeue(entry: InFlightEntry, now: number): void {
    entry.state = 'waiting';
    entry.alone = true;
    entry.failedAt = now;
    this.entries.delete(keyOf(entry));
    this.entries.set(keyOf(entry), entry);
  }

  remove(entries: readonly InFlightEntry[]): void {
    for (const entry of entries) this.entries.delete(keyOf(entry));
  }

  isExpired({ appendedAt }: Pick<OutboxEntry, 'appendedAt'>): boolean {
    return Date.now() - appendedAt >= this.options.deadLetterAfterMs;
  }

  private isReady(entry: InFlightEntry): boolean {
    const { state, change } = entry;
    return state === 'waiting' && change !== null && this.subjects.get(subjectOf(change))?.[0] === entry;
  }
}

export const idsOf = (entries: readonly InFlightEntry[]): string[] => entries.map(({ id }) => id);

export function groupBy(
  entries: Iterable<InFlightEntry>,
  keyOfGroup: (entry: InFlightEntry) => string,
): InFlightEntry[][] {
  const groups = new Map<string, InFlightEntry[]>();
  for (const entry of entries) {
    const key = keyOfGroup(entry);
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()];
}
