import { Redis } from 'ioredis';

import { allPartitions, Keys, partitionOf } from '../../src/redis/keys';
import { planJourneys, seedJourneys } from '../stand/journeys';
import { startBenchRedis } from '../stand/redis';
import { configOf } from '../stand/settings';

const JOURNEYS = 10_000;

/** Bytes of used_memory that one active journey takes, with ids of 36 characters. */
export interface MemoryFigures {
  /** The journey, its location, its session's metadata, its deadline and its next check of alerts; not its trail. */
  readonly bytesPerJourney: number;
  /** The same, its expiry record and its entries in the two users' indexes of journeys. */
  readonly bytesWithIndexes: number;
}

export const measureMemory = async (): Promise<MemoryFigures> => ({
  bytesPerJourney: await bytesPerJourney({ all: false }),
  bytesWithIndexes: await bytesPerJourney({ all: true }),
});

async function bytesPerJourney({ all }: { all: boolean }): Promise<number> {
  const redis = await startBenchRedis();
  const client = new Redis(redis.port);
  const seed = async (count: number): Promise<number> => {
    const { policy } = configOf({ redisUrl: redis.url, databaseUrl: 'postgres://none/none' });
    const journeys = planJourneys(count);
    await seedJourneys(redis.url, policy, journeys, { indexed: all });
    const keys = new Keys();
    await client.del(journeys.map(({ session: { id } }) => keys.trail(id, partitionOf(id))));
    // The second name of the expiry record is there for one release only, and not counted.
    await client.del(allPartitions.map((partition) => keys.formerExpiry(partition)));
    if (!all) await client.del(allPartitions.map((partition) => keys.expiry(partition)));
    return Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
  };
  try {
    // Connections, scripts and the first key of each kind belong to no journey.
    const before = await seed(100);
    return ((await seed(JOURNEYS)) - before) / JOURNEYS;
  } finally {
    client.disconnect();
    await redis.stop();
  }
}
