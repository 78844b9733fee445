import { Cluster, type Redis } from 'ioredis';

import type { RedisClient } from './client';
import type { Keys } from './keys';
import type { ScriptRunner } from './scriptRunner';

/** Keys that one SCAN looks at, and entries of a stream that are read at a time. */
const PAGE = 500;

/** What Redis holds of a person in one key. */
export interface RedisFinding {
  readonly key: string;
  readonly type: string;
  /** -1: it lives until it is deleted. */
  readonly ttlMs: number;
  /** The whole value where the key's name, or the record, is the person's; of shared keys the fields and entries that name it. */
  readonly value: unknown;
}

export interface RedisPersonalDataOptions {
  readonly client: RedisClient;
  readonly scripts: ScriptRunner;
  readonly keys: Keys;
}

/** All that Redis holds of a person, found by looking at every key: for a request of this person, not for a running service. */
export class RedisPersonalData {
  /** A Cluster takes the same commands, but TypeScript cannot resolve their overloads on a union of both. */
  private readonly client: Redis;

  constructor(private readonly options: RedisPersonalDataOptions) {
    this.client = options.client as Redis;
  }

  async *find(userId: string): AsyncGenerator<RedisFinding> {
    for await (const key of this.allKeys()) {
      const type = await this.client.type(key);
      const value = await this.valueOf(key, type, userId);
      if (value !== null) yield { key, type, ttlMs: await this.client.pttl(key), value };
    }
  }

  /** Whether a key is the record of an active journey. */
  isActiveJourney({ key }: RedisFinding): boolean {
    return this.options.keys.isActiveJourney(key);
  }

  async erase(userId: string, replacement: string): Promise<void> {
    for await (const { key, type } of this.find(userId)) {
      if (this.options.keys.isOfUser(key, userId)) {
        await this.client.unlink(key);
        continue;
      }
      for (let first = '-'; ;) {
        const args = [userId, replacement, first, PAGE];
        const [, , last] = await this.options.scripts.write('erasePerson', {
          keys: [key],
          args,
          mode: 'retry',
        });
        if (type !== 'stream' || last === '') break;
        first = `(${String(last)}`;
      }
    }
  }

  private async *allKeys(): AsyncGenerator<string> {
    const { client, keys } = this.options;
    // A slot that moves meanwhile can show a key twice, which does no harm.
    for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
      let cursor = '0';
      do {
        const [next, page] = await node.scan(cursor, 'MATCH', keys.pattern, 'COUNT', PAGE);
        yield* page;
        cursor = next;
      } while (cursor !== '0');
    }
  }

  /** null: the key does not name the person. */
  private async valueOf(key: string, type: string, userId: string): Promise<unknown> {
    const isOwn = this.options.keys.isOfUser(key, userId);
    switch (type) {
      case 'hash': {
        const fields = Object.entries(await this.client.hgetall(key));
        const naming = fields.filter(([, value]) => names(value, userId));
        if (isOwn || naming.some(([, value]) => value === userId)) return Object.fromEntries(fields);
        return naming.length > 0 ? Object.fromEntries(naming) : null;
      }
      case 'stream': {
        const entries = await this.entriesThatName(key, userId);
        return entries.length > 0 ? entries : null;
      }
      case 'string': {
        const value = await this.client.get(key);
        return isOwn || (value !== null && names(value, userId)) ? value : null;
      }
      case 'set':
      case 'zset': {
        const members =
          type === 'set' ? await this.client.smembers(key) : await this.client.zrange(key, 0, '-1');
        return isOwn || members.includes(userId) ? members : null;
      }
      default:
        return null;
    }
  }

  private async entriesThatName(key: string, userId: string): Promise<object[]> {
    const found: object[] = [];
    for (let first = '-'; ;) {
      const page = await this.client.xrange(key, first, '+', 'COUNT', PAGE);
      for (const [id, texts] of page) {
        if (!texts.includes(userId)) continue;
        const pairs = texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1]!]] : []));
        found.push({ id, fields: Object.fromEntries(pairs) as Record<string, string> });
      }
      if (page.length < PAGE) return found;
      first = `(${page.at(-1)![0]}`;
    }
  }
}

/** Whether a value is the id, or a list that contains it: in JSON, or separated by spaces. */
function names(value: string, userId: string): boolean {
  if (value === userId || value.split(' ').includes(userId)) return true;
  if (!value.startsWith('[')) return false;
  try {
    return (JSON.parse(value) as unknown[]).includes(userId);
  } catch {
    return false;
  }
}
