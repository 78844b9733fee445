import type { Redis } from 'ioredis';

import type { JourneyChange } from '../domain/journey';
import type { Outbox, OutboxEntry, OutboxFigures } from '../events/ports';
import { decodeChange } from './changeCodec';
import type { RedisClient } from './client';
import { withDeadline } from './deadline';
import type { Keys } from './keys';

export interface RedisOutboxOptions {
  readonly client: RedisClient;
  /** The key of a partition's stream, and of the stream of its dead entries. */
  readonly stream: (partition: string) => string;
  readonly dead: (partition: string) => string;
  /** The consumer group: one for all processes. */
  readonly group: string;
  /** This process among the group's consumers: a name that no other process ever has. */
  readonly consumer: string;
  /** Deadline of one command. */
  readonly timeoutMs: number;
}

/** An entry that was set aside. */
export interface DeadEntry {
  readonly partition: string;
  readonly id: string;
  /** Epoch ms by Redis' clock. */
  readonly buriedAt: number;
  readonly reason: string;
  /** As the script wrote it. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What ioredis gives of a stream. The fields are null where the entry was trimmed away while it was pending. */
type RawEntry = [id: string, fields: string[] | null];

/** The scripts that `loadScripts` brought with the client. */
interface OutboxScripts {
  outboxAck(stream: string, group: string, ...ids: string[]): Promise<number>;
  outboxBury(stream: string, dead: string, group: string, reason: string, ...ids: string[]): Promise<number>;
  outboxForget(stream: string, group: string, silentMs: number, leaving: string): Promise<number>;
  outboxReplay(dead: string, stream: string, ...ids: string[]): Promise<number>;
}

/** Idle long enough for any process's `reclaim`, ms. */
const GIVEN_UP_MS = 24 * 3600 * 1000;

/** The outbox in Redis streams, one for each partition. Each call is one command in one slot. */
export class RedisOutbox implements Outbox {
  /** A Cluster takes the same commands; TypeScript can't resolve their overloads on a union of both. */
  private readonly client: Redis & OutboxScripts;

  constructor(private readonly options: RedisOutboxOptions) {
    this.client = options.client as Redis & OutboxScripts;
  }

  async read(partition: string, count: number): Promise<readonly OutboxEntry[]> {
    const { group, consumer } = this.options;
    const stream = this.options.stream(partition);
    const reply = await this.withGroup(stream, () =>
      this.client.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'STREAMS', stream, '>'),
    );
    const [first] = (reply ?? []) as [stream: string, entries: RawEntry[]][];
    return first ? toEntries(partition, first[1]) : [];
  }

  async reclaim(partition: string, idleMs: number, count: number): Promise<readonly OutboxEntry[]> {
    const { group, consumer } = this.options;
    const stream = this.options.stream(partition);
    const claimed: OutboxEntry[] = [];
    let cursor = '0-0';
    // One call looks at no more than some of the pending entries: those of the living can stand before the idle ones.
    do {
      const reply = await this.withGroup(stream, () =>
        this.client.xautoclaim(stream, group, consumer, idleMs, cursor, 'COUNT', count - claimed.length),
      );
      const [next, entries] = reply as [string, RawEntry[]];
      claimed.push(...toEntries(partition, entries));
      cursor = next;
    } while (cursor !== '0-0' && claimed.length < count);
    return claimed;
  }

  async renew(partition: string, ids: readonly string[]): Promise<void> {
    await this.claim(partition, ids, 0);
  }

  async release(partition: string, ids: readonly string[]): Promise<void> {
    await this.claim(partition, ids, GIVEN_UP_MS);
  }

  async ack(partition: string, ids: readonly string[]): Promise<void> {
    await this.run(this.client.outboxAck(this.options.stream(partition), this.options.group, ...ids));
  }

  async bury(partition: string, ids: readonly string[], reason: string): Promise<void> {
    const { stream, dead, group } = this.options;
    await this.run(this.client.outboxBury(stream(partition), dead(partition), group, reason, ...ids));
  }

  async forgetReaders(partition: string, silentMs: number, leave = false): Promise<void> {
    const { stream, group, consumer } = this.options;
    await this.run(this.client.outboxForget(stream(partition), group, silentMs, leave ? consumer : ''));
  }

  async figures(partition: string): Promise<OutboxFigures> {
    const stream = this.options.stream(partition);
    const [waiting, oldest, dead] = await Promise.all([
      this.run(this.client.xlen(stream)),
      this.run(this.client.xrange(stream, '-', '+', 'COUNT', 1)),
      this.run(this.client.xlen(this.options.dead(partition))),
    ]);
    const oldestAgeMs = oldest[0] ? Math.max(0, Date.now() - millisecondsOf(oldest[0][0])) : 0;
    return { waiting, oldestAgeMs, dead };
  }

  /** Dead entries of one partition, the longest dead first; after the one with the id `after`, if given. */
  async listDead(partition: string, count: number, after?: string): Promise<readonly DeadEntry[]> {
    const entries = (await this.run(
      this.client.xrange(this.options.dead(partition), after ? `(${after}` : '-', '+', 'COUNT', count),
    )) as RawEntry[];
    return entries.map(([id, raw]) => {
      const { buriedFor: reason = '', ...fields } = Object.fromEntries(pairs(raw ?? []));
      return { partition, id, buriedAt: millisecondsOf(id), reason, fields };
    });
  }

  /** Puts dead entries back among those to deliver, as new ones. Answers how many were still dead. */
  async replay(partition: string, ids: readonly string[]): Promise<number> {
    const { stream, dead } = this.options;
    return this.run(this.client.outboxReplay(dead(partition), stream(partition), ...ids));
  }

  /** Sets how long the entries have lain idle; this also makes them this process's. Entries that were acked stay so. */
  private async claim(partition: string, ids: readonly string[], idleMs: number): Promise<void> {
    const { group, consumer } = this.options;
    const stream = this.options.stream(partition);
    await this.withGroup(stream, () =>
      this.client.xclaim(stream, group, consumer, 0, ...ids, 'IDLE', idleMs, 'JUSTID'),
    );
  }

  /** A group is made where there is none: at the very first start, and after Redis came back empty. */
  private async withGroup<T>(stream: string, command: () => Promise<T>): Promise<T> {
    try {
      return await this.run(command());
    } catch (error) {
      if (!isReply(error, 'NOGROUP')) throw error;
      // From 0: also what was appended before the group was made.
      await this.run(this.client.xgroup('CREATE', stream, this.options.group, '0', 'MKSTREAM')).catch(
        (failure: unknown) => {
          if (!isReply(failure, 'BUSYGROUP')) throw failure;
        },
      );
      return this.run(command());
    }
  }

  private run<T>(reply: Promise<T>): Promise<T> {
    return withDeadline(reply, this.options.timeoutMs);
  }
}

/** One group for all processes and both outboxes: the streams differ. */
const GROUP = 'relay';

export interface OutboxesOptions extends Pick<RedisOutboxOptions, 'client' | 'consumer' | 'timeoutMs'> {
  readonly keys: Keys;
}

/** What is to reach the event bus, and what is to reach the durable record: neither waits for the other. */
export function createOutboxes({
  keys,
  ...options
}: OutboxesOptions): Record<'events' | 'records', RedisOutbox> {
  return {
    events: new RedisOutbox({
      ...options,
      group: GROUP,
      stream: (partition) => keys.events(partition),
      dead: (partition) => keys.deadEvents(partition),
    }),
    records: new RedisOutbox({
      ...options,
      group: GROUP,
      stream: (partition) => keys.records(partition),
      dead: (partition) => keys.deadRecords(partition),
    }),
  };
}

const isReply = (error: unknown, code: string): boolean =>
  error instanceof Error && error.message.startsWith(code);

const millisecondsOf = (id: string): number => Number(id.slice(0, id.indexOf('-')));

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!]);
}

function toEntries(partition: string, raw: readonly RawEntry[]): OutboxEntry[] {
  return raw.flatMap(([id, fields]) =>
    fields ? [{ partition, id, appendedAt: millisecondsOf(id), change: decode(fields) }] : [],
  );
}

function decode(fields: readonly string[]): JourneyChange | null {
  try {
    return decodeChange(new Map(pairs(fields)));
  } catch {
    return null;
  }
}
