import type { Redis } from 'ioredis';

import type { RedisClient } from './client';
import { withDeadline } from './deadline';
import { allPartitions, type Keys } from './keys';

export interface ActiveJourneyCountOptions {
  /** The reading client: it joins what is asked in one moment. */
  readonly client: RedisClient;
  readonly keys: Keys;
  readonly timeoutMs: number;
}

/** How many journeys are active, over all partitions: 64 commands of constant time. Rejects when one is not answered. */
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
