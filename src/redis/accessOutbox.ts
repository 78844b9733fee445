import type { Redis } from 'ioredis';

import type { AccessOutbox, AccessRead } from '../domain/ports';
import type { RedisClient } from './client';
import { withDeadline } from './deadline';
import { encodeReads } from './entryCodec';
import type { Keys } from './keys';

/** Some 6 kB: an operator's view reads the sessions page by page, so an entry holds a page. */
const READS_PER_ENTRY = 100;

export interface RedisAccessOutboxOptions {
  readonly client: RedisClient;
  readonly keys: Keys;
  /** Entries that the stream keeps at most: the setting OUTBOX_MAX_LENGTH. */
  readonly maxLength: number;
  readonly timeoutMs: number;
}

/** Appends reads to the stream from which the relay writes them to the access log. */
export class RedisAccessOutbox implements AccessOutbox {
  private readonly client: Redis;

  constructor(private readonly options: RedisAccessOutboxOptions) {
    this.client = options.client as Redis;
  }

  /** All entries are sent at once: one round trip, however many there are. */
  async append(reads: readonly AccessRead[]): Promise<void> {
    const { keys, maxLength, timeoutMs } = this.options;
    await Promise.all(
      entriesOf(reads).map((entry) =>
        withDeadline(
          this.client.xadd(keys.reads(), 'MAXLEN', '~', maxLength, '*', ...encodeReads(entry)),
          timeoutMs,
        ),
      ),
    );
  }
}

/** The reads of each reader. An entry names one person, as every entry of a stream does: a person is erased field by field. */
function entriesOf(reads: readonly AccessRead[]): AccessRead[][] {
  const entries: AccessRead[][] = [];
  const open = new Map<string, AccessRead[]>();
  for (const read of reads) {
    const reader = `${read.readerRole} ${read.readerId}`;
    let entry = open.get(reader);
    if (!entry || entry.length === READS_PER_ENTRY) {
      entry = [];
      open.set(reader, entry);
      entries.push(entry);
    }
    entry.push(read);
  }
  return entries;
}
