import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { Client } from 'pg';

import { startRedis } from '../../demo/stores/redis';
import { allPartitions, Keys } from '../../src/redis/keys';
import { createTestDatabase } from '../support/database';
import { EventBridgeStandIn } from '../support/eventBridge';
import { Actor, HOME, type GraphQLAnswer } from '../support/service';
import { aSession, bookSessions } from '../support/sessions';
import { BuiltServer } from './builtServer';
import { eventually } from './eventually';
import { FAULT_SETTINGS, isUnavailable } from './scenes';

export interface KillPlan {
  readonly kills: number;
  /** How many trainers drive at the same time. */
  readonly trainers: number;
  /** How long the process lives between two kills: random, up to this, ms. */
  readonly lifeMs: number;
}

export interface KillReport {
  tried: number;
  right: number;
  unavailable: number;
  /** Requests that lost their answer because the process died. */
  cutOff: number;
  wrong: string[];
  /** Changes that callers, Redis or the durable records saw. */
  expected: number;
  /** Events that arrived, each counted once; and how often they arrived. */
  delivered: number;
  deliveries: number;
  /** Changes whose event never arrived. */
  lost: string[];
  /** Events that arrived again with another content. */
  changed: string[];
  /** Changes written to the outbox. More than the expected ones would mean journeys that ended twice. */
  appended: number;
  /** Of each stage that a journey reached, how many events report it. */
  stages: number[];
  /** Journeys whose durable record differs from what callers were answered. */
  unrecorded: string[];
  /** The duration of each restart, until the process is ready, ms. */
  recoveryMs: number[];
}

/** A journey as its trainer's answers describe it. */
interface ObservedJourney {
  readonly id: string;
  readonly expiresAt: number;
  state: 'EN_ROUTE' | 'STOPPED' | 'ARRIVED' | 'EXPIRED';
}

/** Short, so that abandoned journeys expire while processes are being killed. */
const JOURNEY_TTL_MS = 4000;
/** On a busy machine a process may be killed again and again before its first sweep. */
const SWEEP_WITHIN_MS = 20_000;
/** How long after its deadline a journey may still be waiting for a sweep. */
const SWEEP_LAG_MS = 5000;

/**
 * Kills the built server again and again while trainers start, move and end journeys or leave them to expire,
 * then compares their answers with the events and the durable records.
 */
export async function surviveKills({ kills, trainers, lifeMs }: KillPlan): Promise<KillReport> {
  const [store, database, bus] = await Promise.all([
    startRedis(),
    createTestDatabase(),
    EventBridgeStandIn.start(),
  ]);
  const redis = new Redis(store.url);
  const report = emptyReport();
  const server = await BuiltServer.start({
    ...FAULT_SETTINGS,
    ...bus.environment,
    REDIS_URL: store.url,
    DATABASE_URL: database.url,
    EVENTS: 'eventbridge',
    JOURNEY_TTL_SECONDS: String(JOURNEY_TTL_MS / 1000),
  });
  try {
    const known: ObservedJourney[] = [];
    let working = true;
    const work = Promise.all(
      Array.from({ length: trainers }, async () => {
        while (working) known.push(await journey(server, database.url, report));
      }),
    );
    let sweptAt = performance.now();
    for (let at = 0; at < kills; at += 1) {
      await sleep(100 + Math.random() * lifeMs);
      // A key of a journey outlives its deadline by a minute. If it is gone before any sweep, so is the number of the
      // journey's events, and its end takes a later one: a gap that would look like a lost event.
      if (performance.now() - sweptAt > SWEEP_WITHIN_MS) {
        await eventually('overdue journeys end', async () => (await overdue(redis)) === 0, 60_000);
        sweptAt = performance.now();
      }
      await server.kill();
      report.recoveryMs.push(await server.run());
    }
    working = false;
    await work;
    await compare(report, known, { redis, bus, databaseUrl: database.url });
    return report;
  } finally {
    await server.kill();
    redis.disconnect();
    await Promise.all([store.stop(), bus.stop(), database.drop()]);
  }
}

const emptyReport = (): KillReport => ({
  tried: 0,
  right: 0,
  unavailable: 0,
  cutOff: 0,
  wrong: [],
  expected: 0,
  delivered: 0,
  deliveries: 0,
  lost: [],
  changed: [],
  appended: 0,
  stages: [],
  unrecorded: [],
  recoveryMs: [],
});

/** Runs one journey of a new session until its trainer ends it or it expires. */
async function journey(
  server: BuiltServer,
  databaseUrl: string,
  report: KillReport,
): Promise<ObservedJourney> {
  const [id, trainerId] = [`session-${randomUUID()}`, `trainer-${randomUUID()}`];
  await bookSessions(databaseUrl, aSession({ id, trainerId, scheduledAt: Date.now(), home: HOME }));
  const token = await new SignJWT({ role: 'trainer' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(trainerId)
    .setExpirationTime('1h')
    .sign(server.secret);
  const trainer = new Actor(() => server.url, trainerId, token);

  const requestId = randomUUID();
  const started = await retryUntilAnswered(report, () => trainer.start(id, requestId));
  const fields = started.data.startJourney as { id: string; expiresAt: string };
  const known: ObservedJourney = {
    id: fields.id,
    expiresAt: Date.parse(fields.expiresAt),
    state: 'EN_ROUTE',
  };
  /** After its deadline a journey has expired, so that any request of its trainer is refused. */
  const unlessExpired = ({ code, errors }: GraphQLAnswer): boolean =>
    code === 'JOURNEY_ENDED' && errors![0].extensions.state === 'EXPIRED' && Date.now() >= known.expiresAt;

  for (let fixes = Math.random() * 3; fixes > 0; fixes -= 1) {
    await retryUntilAnswered(report, () => trainer.update(id, { ...HOME, accuracy: 20 }), unlessExpired);
  }
  const ending = Math.random();
  if (ending < 0.3) {
    await sleep(Math.max(0, known.expiresAt - Date.now()));
    known.state = 'EXPIRED';
    return known;
  }
  const arrives = ending < 0.6;
  const end = await retryUntilAnswered(
    report,
    () => (arrives ? trainer.arrive(id, { ...HOME, accuracy: 20 }) : trainer.stop(id)),
    unlessExpired,
  );
  known.state = end.errors ? 'EXPIRED' : arrives ? 'ARRIVED' : 'STOPPED';
  return known;
}

/** Repeats a request until it is answered, as a phone does when the server dies. */
async function retryUntilAnswered(
  report: KillReport,
  ask: () => Promise<GraphQLAnswer>,
  isRight: (answer: GraphQLAnswer) => boolean = () => false,
): Promise<GraphQLAnswer> {
  for (;;) {
    report.tried += 1;
    const answer = await ask().catch(() => null);
    if (!answer) report.cutOff += 1;
    else if (!answer.errors || isRight(answer)) {
      report.right += 1;
      return answer;
    } else if (isUnavailable(answer)) report.unavailable += 1;
    else {
      report.wrong.push(JSON.stringify(answer.errors));
      throw new Error(`A wrong answer: ${report.wrong.at(-1)}`);
    }
    await sleep(50);
  }
}

interface Sources {
  readonly redis: Redis;
  readonly bus: EventBridgeStandIn;
  readonly databaseUrl: string;
}

/** Waits until every journey has ended and every event is delivered, then fills in the report. */
async function compare(
  report: KillReport,
  known: readonly ObservedJourney[],
  sources: Sources,
): Promise<void> {
  const { redis, bus, databaseUrl } = sources;
  const keys = new Keys();
  const sum = async (value: (partition: string) => Promise<number>) =>
    (await Promise.all(allPartitions.map(value))).reduce((total, one) => total + one, 0);
  // This includes journeys of which no caller got an answer: the process died between a start and its reply.
  const active = () => redis.keys('journey:active:*');
  await eventually('every journey ends', async () => (await active()).length === 0, 30_000);
  // Another process takes over the entries of a dead one after 15 s.
  const undelivered = () =>
    sum(async (pp) => (await redis.xlen(keys.events(pp))) + (await redis.xlen(keys.records(pp))));
  await eventually('the outbox is empty', async () => (await undelivered()) === 0, 60_000);

  const records = await recordsOf(databaseUrl);
  const endedInRedis = await Promise.all(
    (await redis.keys('journey:ended:*')).map((key) => redis.hget(key, 'id')),
  );
  const seen = new Set([...known.map(({ id }) => id), ...records.keys(), ...endedInRedis.map(String)]);
  const events = new Map<string, unknown>();
  for (const { detail } of bus.deliveries) {
    if (!events.has(detail.eventId)) events.set(detail.eventId, detail);
    else if (!isDeepStrictEqual(events.get(detail.eventId), detail)) report.changed.push(detail.eventId);
  }
  // The end shows how many events the journey had: its start, the end itself, and the stages between them.
  const ends = new Map(
    bus.deliveries.flatMap(({ type, detail }) =>
      type === 'TrainerJourneyEnded' ? [[detail.journeyId, detail.sequence] as const] : [],
    ),
  );
  const changes = [...seen].flatMap((id) =>
    Array.from({ length: ends.get(id) ?? 2 }, (_, at) => `${id}:${at + 1}`),
  );
  report.stages = [...reachedStages(bus)].map(([, times]) => times);
  report.expected = changes.length;
  report.delivered = events.size;
  report.deliveries = bus.deliveries.length;
  report.lost = changes.filter((eventId) => !events.has(eventId));
  report.unrecorded = known.filter(({ id, state }) => records.get(id) !== state).map(({ id }) => id);
  report.appended = await sum((pp) => appendedTo(redis, keys.events(pp)));
}

/** How often each stage of each journey was reached, as its events report, each counted once. */
function reachedStages({ deliveries }: EventBridgeStandIn): ReadonlyMap<string, number> {
  const stages = new Map<string, Set<string>>();
  for (const { detail } of deliveries) {
    if (detail.stage === undefined) continue;
    const key = `${detail.journeyId} ${detail.stage}`;
    stages.set(key, (stages.get(key) ?? new Set()).add(detail.eventId));
  }
  return new Map([...stages].map(([key, ids]) => [key, ids.size]));
}

/** How many journeys should have been ended by a sweep, but were not yet. */
async function overdue(redis: Redis): Promise<number> {
  const keys = new Keys();
  const counts = await Promise.all(
    allPartitions.map((partition) =>
      redis.zcount(keys.deadlines(partition), '-inf', Date.now() - SWEEP_LAG_MS),
    ),
  );
  return counts.reduce((total, count) => total + count, 0);
}

/** The state in each journey's durable record. */
async function recordsOf(databaseUrl: string): Promise<ReadonlyMap<string, string>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; state: string }>('SELECT id, state::text FROM journey');
  await client.end();
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** How many entries were ever added to a stream, including those that were delivered and removed. */
async function appendedTo(redis: Redis, stream: string): Promise<number> {
  if ((await redis.exists(stream)) === 0) return 0;
  const info = (await redis.xinfo('STREAM', stream)) as unknown[];
  return Number(info[info.indexOf('entries-added') + 1]);
}
