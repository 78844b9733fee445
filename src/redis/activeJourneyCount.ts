import type { Redis } from 'ioredis';

import type { RedisClient } from './client';
import { withDeadline } from './deadline';
import { allPartitions, type Keys } from './keys';

export interface ActiveJourneyCountOptions {
  /** The reading client: it sends the commands of one turn together. */
  readonly client: RedisClient;
  readonly keys: Keys;
  readonly timeoutMs: number;
}

/** Counts the active journeys of all partitions by 64 commands of constant time. Rejects when one of them gets no reply. */
export async function countActiveJourneys({
  client,
  keys,
  timeoutMs,
}: ActiveJourneyCountOptions): Promise<number> {
  const counts = await Promise.all(
    allPartitions.map((partition) =>
      withDeadline((client as Redis).zcard(keys.deadlines(partition)), timeoutMs),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
