import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** The URL of the Redis that all test files share: use only keys with a prefix of your own. */
export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error("TEST_REDIS_URL is not set: jest's globalSetup sets it");
  return url;
}

/** A new prefix at each call. It has neither a brace, which would be a hash tag, nor a character that SCAN reads as a pattern. */
export const testKeyPrefix = (): string => `test:${randomUUID()}:`;

/** Deletes a test's keys at its end. @param redis connected to one server, not to a cluster, because SCAN reads one node */
export async function deleteByPrefix(redis: Redis, prefix: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1_000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}
