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
import { FAULT_SETTINGS, isUnavailable } from './operations';

export interface KillPlan {
  readonly kills: number;
  /** Trainers at work at once. */
  readonly trainers: number;
  /** How long the process lives between two kills: random, up to this, ms. */
  readonly lifeMs: number;
}

export interface KillReport {
  tried: number;
  right: number;
  unavailable: number;
  /** Requests whose process died under them. */
  cutOff: number;
  wrong: string[];
  /** Changes that callers, Redis or the durable records saw. */
  expected: number;
  /** Events that arrived, each counted once; and how often they arrived. */
  delivered: number;
  deliveries: number;
  /** Changes whose event never came. */
  lost: string[];
  /** Events that came with another content the second time. */
  changed: string[];
  /** Changes written to the outbox: more than were seen would be journeys that ended twice. */
  appended: number;
  /** Journeys whose durable record does not tell what callers were told. */
  unrecorded: string[];
  /** Of each restart: from its begin until it serves, ms. */
  recoveryMs: number[];
}

/** A journey as its trainer knows it. */
interface Known {
  readonly id: string;
  readonly expiresAt: number;
  state: 'EN_ROUTE' | 'STOPPED' | 'ARRIVED' | 'EXPIRED';
}

/** Short enough that the journeys which their trainers leave alone expire while processes die. */
const JOURNEY_TTL_MS = 4000;

/**
 * Kills the built server again and again while trainers start, move and end journeys or leave them to expire,
 * then holds what they saw against what the event bus and the durable records got.
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
    const known: Known[] = [];
    let working = true;
    const work = Promise.all(
      Array.from({ length: trainers }, async () => {
        while (working) known.push(await journey(server, database.url, report));
      }),
    );
    for (let at = 0; at < kills; at += 1) {
      await sleep(100 + Math.random() * lifeMs);
      await server.kill();
      report.recoveryMs.push(await server.run());
    }
    working = false;
    await work;
    await account(report, known, { redis, bus, databaseUrl: database.url });
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
  unrecorded: [],
  recoveryMs: [],
});

/** One journey of a new session, seen through to its end: by its trainer, or by its deadline. */
async function journey(server: BuiltServer, databaseUrl: string, report: KillReport): Promise<Known> {
  const [id, trainerId] = [`session-${randomUUID()}`, `trainer-${randomUUID()}`];
  await bookSessions(databaseUrl, aSession({ id, trainerId, scheduledAt: Date.now(), home: HOME }));
  const token = await new SignJWT({ role: 'trainer' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(trainerId)
    .setExpirationTime('1h')
    .sign(server.secret);
  const trainer = new Actor(() => server.url, trainerId, token);

  const requestId = randomUUID();
  const started = await insist(report, () => trainer.start(id, requestId));
  const facts = started.data.startJourney as { id: string; expiresAt: string };
  const known: Known = { id: facts.id, expiresAt: Date.parse(facts.expiresAt), state: 'EN_ROUTE' };
  /** Past its deadline a journey has expired, whatever its trainer wants. */
  const unlessExpired = ({ code, errors }: GraphQLAnswer): boolean =>
    code === 'JOURNEY_ENDED' && errors![0].extensions.state === 'EXPIRED' && Date.now() >= known.expiresAt;

  for (let fixes = Math.random() * 3; fixes > 0; fixes -= 1) {
    await insist(report, () => trainer.update(id, { ...HOME, accuracy: 20 }), unlessExpired);
  }
  const fate = Math.random();
  if (fate < 0.3) {
    await sleep(Math.max(0, known.expiresAt - Date.now()));
    known.state = 'EXPIRED';
    return known;
  }
  const arrives = fate < 0.6;
  const end = await insist(
    report,
    () => (arrives ? trainer.arrive(id, { ...HOME, accuracy: 20 }) : trainer.stop(id)),
    unlessExpired,
  );
  known.state = end.errors ? 'EXPIRED' : arrives ? 'ARRIVED' : 'STOPPED';
  return known;
}

/** Asks until there is an answer, as a phone does whose server dies now and then. */
async function insist(
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

interface Witnesses {
  readonly redis: Redis;
  readonly bus: EventBridgeStandIn;
  readonly databaseUrl: string;
}

/** Waits until all that is to come has come, and compares. */
async function account(report: KillReport, known: readonly Known[], witnesses: Witnesses): Promise<void> {
  const { redis, bus, databaseUrl } = witnesses;
  const keys = new Keys();
  const sum = async (value: (partition: string) => Promise<number>) =>
    (await Promise.all(allPartitions.map(value))).reduce((total, one) => total + one, 0);
  // Also those that nobody was told of: a start whose reply the dying process took with it.
  const active = () => redis.keys('journey:active:*');
  await eventually('every journey ends', async () => (await active()).length === 0, 30_000);
  // What a dead process held is taken over after 15 s.
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
  const changes = [...seen].flatMap((id) => [`${id}:1`, `${id}:2`]);
  report.expected = changes.length;
  report.delivered = events.size;
  report.deliveries = bus.deliveries.length;
  report.lost = changes.filter((eventId) => !events.has(eventId));
  report.unrecorded = known.filter(({ id, state }) => records.get(id) !== state).map(({ id }) => id);
  report.appended = await sum((pp) => appendedTo(redis, keys.events(pp)));
}

/** The state of each journey by its durable record. */
async function recordsOf(databaseUrl: string): Promise<ReadonlyMap<string, string>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string; state: string }>('SELECT id, state::text FROM journey');
  await client.end();
  return new Map(rows.map(({ id, state }) => [id, state]));
}

/** How many entries a stream ever got, those counted that were delivered and taken out. */
async function appendedTo(redis: Redis, stream: string): Promise<number> {
  if ((await redis.exists(stream)) === 0) return 0;
  const facts = (await redis.xinfo('STREAM', stream)) as unknown[];
  return Number(facts[facts.indexOf('entries-added') + 1]);
}
