import { createHmac, randomUUID } from 'node:crypto';
import { Cluster } from 'ioredis';

import type { Policy } from '../../src/domain/policy';
import type { Session } from '../../src/domain/session';
import { createRedisClient, type RedisClient } from '../../src/redis/client';
import { RedisJourneyStore } from '../../src/redis/journeyStore';
import { allPartitions, Keys } from '../../src/redis/keys';
import { ScriptRunner } from '../../src/redis/scriptRunner';
import { SECRET } from './settings';

/** One session with its two phones. Its ids are UUIDs, as most booking systems use: the long case. */
export interface Journey {
  readonly session: Session;
  readonly trainerToken: string;
  readonly studentToken: string;
}

/** Where every journey is seeded: so far from home that students poll at the usual interval. */
const START_METERS = 4000;
const METERS_PER_DEGREE = 111_195.08;
const SEEDING_TIMEOUT_MS = 60_000;
/** Journeys that are seeded at the same time. */
const SEEDING_BATCH = 2000;

export function planJourneys(count: number): Journey[] {
  return Array.from({ length: count }, () => {
    const session: Session = {
      id: randomUUID(),
      trainerId: randomUUID(),
      studentId: randomUUID(),
      status: 'CONFIRMED',
      scheduledAt: Date.now() + 1_800_000,
      home: { latitude: round(41.6 + Math.random() * 0.4), longitude: round(-87.9 + Math.random() * 0.4) },
    };
    return {
      session,
      trainerToken: token(session.trainerId, 'trainer'),
      studentToken: token(session.studentId, 'student'),
    };
  });
}

/** The position so many metres south of a journey's home. */
export const metersFromHome = ({ session: { home } }: Journey, meters: number) => ({
  latitude: round(home.latitude - meters / METERS_PER_DEGREE),
  longitude: home.longitude,
});

/** What a phone reports with each fix. */
export const fixAt = (journey: Journey, meters: number) => ({
  ...metersFromHome(journey, meters),
  accuracy: 8.2,
  heading: 358.5,
  speed: 8.33,
});

export const START_FIX_METERS = START_METERS;

/**
 * Starts journeys, each with a fix, by the service's own scripts; without the changes that the relays would carry to the
 * database, which is not what is measured. `indexed`: also in the indexes of their users' journeys.
 */
export async function seedJourneys(
  redisUrl: string,
  policy: Policy,
  journeys: readonly Journey[],
  { indexed = true }: { indexed?: boolean } = {},
): Promise<void> {
  const client = (name: string) => createRedisClient({ url: redisUrl, timeoutMs: SEEDING_TIMEOUT_MS, name });
  const [reader, writer] = [client('bench-reader'), client('bench-writer')];
  try {
    await Promise.all([reader, writer].map(connected));
    const scripts = new ScriptRunner({ reader, writer, timeoutMs: SEEDING_TIMEOUT_MS });
    const keys = new Keys();
    const store = new RedisJourneyStore(scripts, keys, { policy, eventsOn: false, outboxMaxLength: 100 });
    for (let from = 0; from < journeys.length; from += SEEDING_BATCH) {
      await Promise.all(
        journeys.slice(from, from + SEEDING_BATCH).map((journey) => seed(store, journey, indexed)),
      );
    }
    await Promise.all(allPartitions.map((partition) => writer.del(keys.records(partition))));
  } finally {
    reader.disconnect();
    writer.disconnect();
  }
}

async function connected(redis: RedisClient): Promise<void> {
  await new Promise((resolve) => redis.once('ready', resolve));
  if (!(redis instanceof Cluster)) return;
  // The client connects to a node with the first command for it, and fails that command.
  await Promise.all(
    redis.nodes('master').map(async (node) => {
      if (node.status === 'wait') await node.connect();
    }),
  );
}

async function seed(store: RedisJourneyStore, journey: Journey, indexed: boolean): Promise<void> {
  const { session } = journey;
  if (indexed) await store.index([session.trainerId, session.studentId], session.id);
  await store.start({
    journeyId: randomUUID(),
    clientRequestId: randomUUID(),
    session,
    startable: true,
    readAt: Date.now(),
  });
  const outcome = await store.update({
    sessionId: session.id,
    trainerId: session.trainerId,
    points: [{ ...fixAt(journey, START_METERS), capturedAt: null }],
    sentAt: null,
  });
  if (outcome.kind !== 'APPLIED' || outcome.verdicts[0]!.status !== 'ACCEPTED') {
    throw new Error(`Seeding returned ${JSON.stringify(outcome)}`);
  }
}

/** Signs with HS256 synchronously: jose uses a thread and promises, which takes 10 s for 200,000 tokens. */
function token(sub: string, role: 'trainer' | 'student'): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ role, sub, iat: nowSeconds, exp: nowSeconds + 14_400 })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

/** A hundred-thousandth of a degree is about a metre; phones report seven places. */
const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
