import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Of the Redis that all test files share: keep to keys with a prefix of your own. */
export function testRedisUrl(): string {
  const url = process.env['TEST_REDIS_URL'];
  if (!url) throw new Error("TEST_REDIS_URL is not set: jest's globalSetup sets it");
  return url;
}

/** A new one each time. Holds neither a brace, which would be a hash tag, nor a character that SCAN reads as a pattern. */
export const testKeyPrefix = (): string => `test:${randomUUID()}:`;

/** For the end of a test. @param redis connected to one server, not to a cluster: SCAN sees one node. */
export async function deleteByPrefix(redis: Redis, prefix: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1_000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}
