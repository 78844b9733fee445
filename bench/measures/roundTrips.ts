import { ask } from '../load/equality';
import { bodies } from '../load/requests';
import { startDatabases } from '../stand/database';
import { planJourneys, seedJourneys, type Journey } from '../stand/journeys';
import { startBenchRedis } from '../stand/redis';
import { startRedisProxy } from '../stand/redisProxy';
import { Server } from '../stand/server';
import { configOf, SATURATION } from '../stand/settings';
import { measureWire, type WireFigures } from './wire';

const BATCH = 50;
const TRIES = 20;

export interface RoundTripFigures {
  /** The highest number of all tries. */
  readonly poll: number;
  readonly batchPoll: number;
  readonly update: number;
  readonly wire: WireFigures;
}

/** How often one request waits for Redis, and the bytes of the response to a poll. */
export async function measureRoundTrips({ checkout }: { checkout?: string }): Promise<RoundTripFigures> {
  const [redis, databases] = await Promise.all([startBenchRedis(), startDatabases()]);
  const proxy = await startRedisProxy(redis.port);
  try {
    const journeys = ofOneStudent(planJourneys(BATCH));
    const databaseUrl = await databases.create('bench_round_trips', journeys);
    const server = await Server.start('product', {
      redisUrl: proxy.url,
      databaseUrl,
      checkout,
      env: SATURATION,
    });
    try {
      const { policy } = configOf({ redisUrl: redis.url, databaseUrl }, SATURATION);
      await seedJourneys(redis.url, policy, journeys);
      const most = async (
        texts: readonly string[],
        request: (at: number) => Promise<unknown>,
      ): Promise<number> => {
        // The first request also loads the scripts and reads the time.
        await request(0);
        let trips = 0;
        for (let at = 1; at <= TRIES; at += 1) {
          const watch = proxy.watch(texts);
          await request(at);
          trips = Math.max(trips, watch.roundTrips());
        }
        return trips;
      };
      const { poll, polls, update } = bodies();
      const [first] = journeys as [Journey];
      const { id, trainerId } = first.session;
      return {
        poll: await most([id], () => ask(server, first.studentToken, poll(first))),
        batchPoll: await most(
          journeys.map(({ session }) => session.id),
          () => ask(server, first.studentToken, polls(journeys)),
        ),
        update: await most([id, trainerId], (at) =>
          ask(server, first.trainerToken, update(first, 3990 - at)),
        ),
        wire: await measureWire(server, first),
      };
    } finally {
      await server.stop();
    }
  } finally {
    proxy.stop();
    await Promise.all([redis.stop(), databases.stop()]);
  }
}

/** The same sessions, all of one student, so that one token may poll them together. */
function ofOneStudent(journeys: readonly Journey[]): Journey[] {
  const { session, studentToken } = journeys[0]!;
  return journeys.map((journey) => ({
    ...journey,
    session: { ...journey.session, studentId: session.studentId },
    studentToken,
  }));
}
