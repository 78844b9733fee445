import { persistedPoll, REGISTRATIONS } from '../load/clients';
import { exchange } from '../load/exchange';
import { drive } from '../load/load';
import {
  pollLoad,
  repeated,
  startLoad,
  trustedDocument,
  updateLoad,
  type NextRequest,
} from '../load/requests';
import { startDatabases } from '../stand/database';
import { planJourneys, type Journey } from '../stand/journeys';
import { startBenchRedis } from '../stand/redis';
import { Server } from '../stand/server';
import { SATURATION } from '../stand/settings';
import { comparePairs, type Comparison } from './pairs';

const JOURNEYS = 10_000;
const START_ATTEMPTS = 3;

export interface AgainstFigures {
  /** This checkout is the product, the other one the peer. */
  readonly polls: Comparison;
  /** A poll that selects stage, alerts and eta too, compared with a poll of the other checkout, which may not know them. */
  readonly fullerPolls: Comparison;
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
    const warmUp = { seconds: 0.1, warmUpRequests: JOURNEYS };
    for (const load of [updates, polls]) {
      for (const server of [ours, other]) await drive(server, load, warmUp);
    }
    const fullerPolls = await fullerPollLoad(ours, journeys);
    await drive(ours, fullerPolls, warmUp);
    const options = { pairs, seconds, redisPids: [] };
    return {
      polls: await comparePairs(ours, other, polls, options),
      fullerPolls: await comparePairs(ours, other, fullerPolls, { ...options, peerLoad: polls }),
      updates: await comparePairs(ours, other, updates, options),
    };
  } finally {
    for (const stop of stops) await stop();
  }
}

/** By a hash that the server has learned, so that the request is as long as that of a trusted document. */
async function fullerPollLoad(server: Server, journeys: readonly Journey[]): Promise<NextRequest> {
  const { poll, pollWithText } = persistedPoll(
    trustedDocument('LiveLocation').text.replace(
      'pollAfterMs',
      'pollAfterMs stage alerts eta { arrivesAt earliestAt latestAt source }',
    ),
  );
  for (let time = 0; time < REGISTRATIONS; time += 1) await exchange(server.port, pollWithText(journeys[0]!));
  return repeated(journeys.map(poll));
}

/** Starts every journey; a start that is sent twice has the same clientRequestId, and so the same result. */
async function startAll(server: Server, journeys: readonly Journey[], checkout: string): Promise<void> {
  const starts = { seconds: 0.2, warmUpRequests: journeys.length + 100 };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await drive(server, startLoad(journeys, { checkout }), starts);
      return;
    } catch (error) {
      // A database that was created a moment ago may answer too late; a start that is repeated changes nothing.
      if (attempt === START_ATTEMPTS) throw error;
    }
  }
}
