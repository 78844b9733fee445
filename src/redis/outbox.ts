import type { Redis } from 'ioredis';

import type { Outbox, OutboxEntry, OutboxFigures } from '../events/ports';
import type { RedisClient } from './client';
import { withDeadline } from './deadline';
import { decodeEntry, decodeReads, type DecodeEntry } from './entryCodec';
import type { Keys } from './keys';
import { createScriptCallers, type Argument } from './scriptCaller';
import type { ScriptName } from './scripts';

export interface RedisOutboxOptions {
  readonly client: RedisClient;
  /** The key of a partition's stream, and of the stream of its dead letters. */
  readonly stream: (partition: string) => string;
  readonly deadLetters: (partition: string) => string;
  readonly decode: DecodeEntry;
  /** The consumer group: one for all processes. */
  readonly group: string;
  /** This process among the group's consumers: a name that no other process ever has. */
  readonly consumer: string;
  /** Deadline of one command. */
  readonly timeoutMs: number;
}

/** An entry that could not be delivered. */
export interface DeadLetter {
  readonly partition: string;
  readonly id: string;
  /** Epoch ms by Redis' clock. */
  readonly deadLetteredAt: number;
  readonly reason: string;
  /** As the script that appended the entry wrote them. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A stream entry as ioredis returns it. The fields are null if the entry was trimmed away while it was pending. */
type RawEntry = [id: string, fields: string[] | null];

/** An idle time that is long enough for any process's `reclaim`, ms. */
const RELEASED_MS = 24 * 3600 * 1000;

/** Most pending entries in one reply. */
const PENDING_PAGE = 100;

/** The outbox in Redis streams, one for each partition. Each call is one command in one slot. */
export class RedisOutbox implements Outbox {
  /** A Cluster takes the same commands, but TypeScript cannot resolve their overloads on a union of both. */
  private readonly client: Redis;
  private readonly scripts = createScriptCallers();

  constructor(private readonly options: RedisOutboxOptions) {
    this.client = options.client as Redis;
  }

  async read(partition: string, count: number): Promise<readonly OutboxEntry[]> {
    return this.toEntries(partition, await this.readAfter(partition, '>', count));
  }

  async readPending(partition: string): Promise<readonly OutboxEntry[]> {
    const pending: RawEntry[] = [];
    for (let after = '0'; ;) {
      const page = await this.readAfter(partition, after, PENDING_PAGE);
      pending.push(...page);
      if (page.length < PENDING_PAGE) return this.toEntries(partition, pending);
      after = page.at(-1)![0];
    }
  }

  async reclaim(partition: string, idleMs: number, count: number): Promise<readonly OutboxEntry[]> {
    const { group, consumer } = this.options;
    const stream = this.options.stream(partition);
    const claimed: OutboxEntry[] = [];
    let cursor = '0-0';
    // One XAUTOCLAIM scans a limited number of pending entries, and those of live processes can precede the idle ones.
    do {
      const reply = await this.withGroup(stream, () =>
        this.client.xautoclaim(stream, group, consumer, idleMs, cursor, 'COUNT', count - claimed.length),
      );
      const [next, entries] = reply as [string, RawEntry[]];
      claimed.push(...this.toEntries(partition, entries));
      cursor = next;
    } while (cursor !== '0-0' && claimed.length < count);
    return claimed;
  }

  async renew(partition: string, ids: readonly string[]): Promise<void> {
    await this.claim(partition, ids, 0);
  }

  async release(partition: string, ids: readonly string[]): Promise<void> {
    await this.claim(partition, ids, RELEASED_MS);
  }

  async ack(partition: string, ids: readonly string[]): Promise<void> {
    await this.runScript('outboxAck', [this.options.stream(partition), this.options.group, ...ids]);
  }

  async deadLetter(partition: string, ids: readonly string[], reason: string): Promise<void> {
    const { stream, deadLetters, group } = this.options;
    const args = [stream(partition), deadLetters(partition), group, reason, ...ids];
    await this.runScript('outboxDeadLetter', args);
  }

  async removeConsumers(partition: string, silentMs: number, leave = false): Promise<void> {
    const { stream, group, consumer } = this.options;
    const args = [stream(partition), group, silentMs, leave ? consumer : ''];
    await this.runScript('outboxRemoveConsumers', args);
  }

  async figures(partition: string): Promise<OutboxFigures> {
    const stream = this.options.stream(partition);
    const [waiting, oldest, dead] = await Promise.all([
      this.run(this.client.xlen(stream)),
      this.run(this.client.xrange(stream, '-', '+', 'COUNT', 1)),
      this.run(this.client.xlen(this.options.deadLetters(partition))),
    ]);
    const oldestAgeMs = oldest[0] ? Math.max(0, Date.now() - millisecondsOf(oldest[0][0])) : 0;
    return { waiting, oldestAgeMs, dead };
  }

  /** Dead letters of one partition, oldest first; after the one with the id `after`, if given. */
  async listDeadLetters(partition: string, count: number, after?: string): Promise<readonly DeadLetter[]> {
    const entries = (await this.run(
      this.client.xrange(this.options.deadLetters(partition), after ? `(${after}` : '-', '+', 'COUNT', count),
    )) as RawEntry[];
    return entries.map(([id, raw]) => {
      // A release before this one named the field `buriedFor`.
      const { buriedFor, deadLetterReason, ...fields } = Object.fromEntries(pairs(raw ?? []));
      const reason = deadLetterReason ?? buriedFor ?? '';
      return { partition, id, deadLetteredAt: millisecondsOf(id), reason, fields };
    });
  }

  /** Appends dead letters to the outbox again, as new entries. Returns how many were still dead letters. */
  async replay(partition: string, ids: readonly string[]): Promise<number> {
    const { stream, deadLetters } = this.options;
    return Number(await this.runScript('outboxReplay', [deadLetters(partition), stream(partition), ...ids]));
  }

  /** @param after `>` for what no consumer has read, or an id for what is pending for this one. */
  private async readAfter(partition: string, after: string, count: number): Promise<readonly RawEntry[]> {
    const { group, consumer } = this.options;
    const stream = this.options.stream(partition);
    const reply = await this.withGroup(stream, () =>
      this.client.xreadgroup('GROUP', group, consumer, 'COUNT', count, 'STREAMS', stream, after),
    );
    const [first] = (reply ?? []) as [stream: string, entries: RawEntry[]][];
    return first?.[1] ?? [];
  }

  /** Sets the idle time of entries, which also makes this process their consumer. Acknowledged entries stay removed. */
  private async claim(partition: string, ids: readonly string[], idleMs: number): Promise<void> {
    const { group, consumer } = this.options;
    const stream = this.options.stream(partition);
    await this.withGroup(stream, () =>
      this.client.xclaim(stream, group, consumer, 0, ...ids, 'IDLE', idleMs, 'JUSTID'),
    );
  }

  /** Creates the group where there is none: at the very first start, and after Redis lost its data. */
  private async withGroup<T>(stream: string, command: () => Promise<T>): Promise<T> {
    try {
      return await this.run(command());
    } catch (error) {
      if (!isReply(error, 'NOGROUP')) throw error;
      // From 0, so that the group also has what was appended before it was created.
      await this.run(this.client.xgroup('CREATE', stream, this.options.group, '0', 'MKSTREAM')).catch(
        (failure: unknown) => {
          if (!isReply(failure, 'BUSYGROUP')) throw failure;
        },
      );
      return this.run(command());
    }
  }

  private toEntries(partition: string, raw: readonly RawEntry[]): OutboxEntry[] {
    const { decode } = this.options;
    return raw.flatMap(([id, fields]) =>
      fields
        ? [{ partition, id, appendedAt: millisecondsOf(id), change: decode(new Map(pairs(fields))) }]
        : [],
    );
  }

  private runScript(name: ScriptName, args: readonly Argument[]): Promise<unknown> {
    return this.run(this.scripts[name].call(this.options.client, args));
  }

  private run<T>(reply: Promise<T>): Promise<T> {
    return withDeadline(reply, this.options.timeoutMs);
  }
}

/** One group for all processes and all outboxes: the streams differ. */
const GROUP = 'relay';

export interface OutboxesOptions extends Pick<RedisOutboxOptions, 'client' | 'consumer' | 'timeoutMs'> {
  readonly keys: Keys;
}

/** The names of the outboxes, as in metrics and the lists of dead letters. */
export type OutboxName = 'events' | 'records' | 'reads';

/**
 * The changes for the event bus, those for the durable record, and the reads for the access log: none waits for another,
 * and none is trimmed because there are many of another.
 */
export function createOutboxes({
  keys,
  ...options
}: OutboxesOptions): Readonly<Record<OutboxName, RedisOutbox>> {
  return {
    events: new RedisOutbox({
      ...options,
      group: GROUP,
      decode: decodeEntry,
      stream: (partition) => keys.events(partition),
      deadLetters: (partition) => keys.deadEvents(partition),
    }),
    records: new RedisOutbox({
      ...options,
      group: GROUP,
      decode: decodeEntry,
      stream: (partition) => keys.records(partition),
      deadLetters: (partition) => keys.deadRecords(partition),
    }),
    reads: new RedisOutbox({
      ...options,
      group: GROUP,
      decode: decodeReads,
      stream: (partition) => keys.reads(partition),
      deadLetters: (partition) => keys.deadReads(partition),
    }),
  };
}

const isReply = (error: unknown, code: string): boolean =>
  error instanceof Error && error.message.startsWith(code);

const millisecondsOf = (id: string): number => Number(id.slice(0, id.indexOf('-')));

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index]!, flat[2 * index + 1]!]);
}
