import { drive } from '../load/load';
import { pollLoad, startLoad, updateLoad } from '../load/requests';
import { startDatabases } from '../stand/database';
import { planJourneys, type Journey } from '../stand/journeys';
import { startBenchRedis } from '../stand/redis';
import { Server } from '../stand/server';
import { SATURATION } from '../stand/settings';
import { comparePairs, type Comparison } from './pairs';

const JOURNEYS = 10_000;

export interface AgainstFigures {
  /** This checkout is the product, the other one the peer. */
  readonly polls: Comparison;
  readonly updates: Comparison;
}

/**
 * A poll and an update of this checkout beside those of another one, in turns. Each has a Redis and a database of its
 * own, and its journeys are started by the API: what the two keep in Redis may differ. Both get the same bytes, with the
 * trusted documents of the other checkout, which a newer version still knows.
 */
export async function measureAgainst(
  checkout: string,
  { pairs, seconds }: { pairs: number; seconds: number },
): Promise<AgainstFigures> {
  const journeys = planJourneys(JOURNEYS);
  const databases = await startDatabases();
  const stops: (() => Promise<void>)[] = [() => databases.stop()];
  try {
    const serve = async (name: string, folder?: string): Promise<Server> => {
      const redis = await startBenchRedis();
      stops.unshift(() => redis.stop());
      const databaseUrl = await databases.create(name, journeys);
      const stores = { redisUrl: redis.url, databaseUrl };
      const server = await Server.start('product', { ...stores, checkout: folder, env: SATURATION });
      stops.unshift(() => server.stop());
      await startAll(server, journeys, checkout);
      return server;
    };
    const ours = await serve('bench_this');
    const other = await serve('bench_other', checkout);
    const [polls, updates] = [pollLoad(journeys, { checkout }), updateLoad(journeys, { checkout })];
    for (const load of [updates, polls]) {
      for (const server of [ours, other])
        await drive(server, load, { seconds: 0.1, warmUpRequests: JOURNEYS });
    }
    const options = { pairs, seconds, redisPids: [] };
    return {
      polls: await comparePairs(ours, other, polls, options),
      updates: await comparePairs(ours, other, updates, options),
    };
  } finally {
    for (const stop of stops) await stop();
  }
}

/** Starts every journey; a start that is sent twice has the same clientRequestId, and so the same result. */
async function startAll(server: Server, journeys: readonly Journey[], checkout: string): Promise<void> {
  await drive(server, startLoad(journeys, { checkout }), {
    seconds: 0.2,
    warmUpRequests: journeys.length + 100,
  });
}
