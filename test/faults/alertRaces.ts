import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';

import { startRedis } from '../../demo/stores/redis';
import type { AlertStatus, JourneyAlert } from '../../src/domain/alert';
import { allPartitions, Keys } from '../../src/redis/keys';
import type { ScriptName } from '../../src/redis/scripts';
import { createTestDatabase } from '../support/database';
import { EventBridgeStandIn } from '../support/eventBridge';
import { callsScript, FaultProxy, type Fault } from '../support/faultProxy';
import { freePort } from '../support/freePort';
import { Actor, HOME, metersFromHome, type GraphQLAnswer } from '../support/service';
import { aSession, bookSessions } from '../support/sessions';
import { BuiltServer } from './builtServer';
import { eventually } from './eventually';
import { FAULT_SETTINGS, isUnavailable } from './scenes';

export interface AlertRacePlan {
  readonly processes: number;
  /** Journeys of each kind: such as only lose their signal, and such as are late too. */
  readonly journeys: number;
  readonly noShows: number;
  /** How many processes are killed in the middle of a sweep. */
  readonly kills: number;
}

export interface AlertRaceReport {
  /** Alerts that should have been raised or cleared, each with one event. */
  readonly expected: number;
  /** Those whose one event arrived. */
  delivered: number;
  deliveries: number;
  /** Entries that were ever added to the outbox for an alert. */
  readonly appended: number;
  /** Alerts without an event, or with two. */
  readonly wrong: string[];
  /** From a kill until the process was ready again, ms. */
  readonly recoveryMs: readonly number[];
}

const MINUTE_MS = 60_000;
const SETTINGS = {
  ...FAULT_SETTINGS,
  EVENTS: 'eventbridge',
  SIGNAL_LIVE_MS: '4000',
  ALERT_SIGNAL_LOST_MS: '5000',
  ALERT_SIGNAL_CLEAR_MS: '1000',
  ALERT_LATE_MS: '1000',
  ALERT_LATE_FOR_MS: '1000',
};

/** A process of the service, with its own way to Redis. */
interface Peer {
  readonly server: BuiltServer;
  readonly proxy: FaultProxy;
}

interface Drive {
  readonly sessionId: string;
  readonly trainer: Actor;
}

/**
 * Lets several processes sweep the same journeys and search for the same NO_SHOWs, kills some of them while a step of
 * theirs runs, and then looks whether each alert was raised and cleared with one event.
 */
export async function raceAlerts(plan: AlertRacePlan): Promise<AlertRaceReport> {
  const [store, database, bus] = await Promise.all([
    startRedis(),
    createTestDatabase(),
    EventBridgeStandIn.start(),
  ]);
  const redis = new Redis(store.url);
  const keys = new Keys();
  const peers: Peer[] = [];
  let areMoving = true;
  try {
    const missed = Array.from({ length: plan.noShows }, () => `missed-${randomUUID()}`);
    for (const id of missed)
      await bookSessions(database.url, aSession({ id, scheduledAt: Date.now() - 16 * MINUTE_MS }));
    const open = async (): Promise<Peer> => {
      const proxy = await FaultProxy.start(Number(new URL(store.url).port));
      const environment = { ...bus.environment, REDIS_URL: proxy.redisUrl, DATABASE_URL: database.url };
      const peer = { proxy, server: new BuiltServer(await freePort(), { ...SETTINGS, ...environment }) };
      peers.push(peer);
      return peer;
    };
    const first = await open();
    first.proxy.inject(lostReplyOf('noShow'));
    await first.server.run();
    await eventually('the search runs', () => first.proxy.affectedRequests === 1, 30_000);
    const recoveryMs = [await killAndRestart(first)];
    // The turn of the process that was killed would last a minute.
    await redis.hset(keys.noShowSearch(), 'nextAt', 0);
    while (peers.length < plan.processes) await open();
    await Promise.all(peers.slice(1).map(({ server }) => server.run()));
    const expected = new Set(missed.map((id) => alertOf(id, 'NO_SHOW', 'RAISED')));
    /** Kills whichever process is the first to run a step that raises or clears alerts, if there is one still to run. */
    const killOne = async (): Promise<void> => {
      for (const { proxy } of peers) proxy.inject(lostReplyOf('alerts'));
      const affected = (): Peer | undefined => peers.find(({ proxy }) => proxy.affectedRequests > 0);
      const isDone = (): boolean => missing(bus, expected).length === 0;
      await eventually('a step runs', () => affected() !== undefined || isDone(), 30_000);
      const peer = affected();
      for (const other of peers) if (other !== peer) other.proxy.heal();
      if (peer) recoveryMs.push(await killAndRestart(peer));
    };

    const drives = await Promise.all(
      Array.from({ length: 2 * plan.journeys }, async (_, at) => {
        const isLate = at % 2 === 1;
        const scheduledAt = Date.now() + (isLate ? 0 : 60 * MINUTE_MS);
        const drive = await setOff(peers, database.url, scheduledAt);
        expected.add(alertOf(drive.sessionId, 'SIGNAL_LOST', 'RAISED'));
        if (isLate) expected.add(alertOf(drive.sessionId, 'RUNNING_LATE', 'RAISED'));
        return drive;
      }),
    );
    for (let kills = 0; kills < plan.kills; kills += 1) await killOne();
    await eventually('every alert is raised', () => missing(bus, expected).length === 0, 60_000).catch(
      () => undefined,
    );

    for (const { sessionId } of drives) expected.add(alertOf(sessionId, 'SIGNAL_LOST', 'CLEARED'));
    // Before anybody moves: soon after, no alert is left to clear.
    const firstKill = plan.kills > 0 ? killOne() : undefined;
    const moving = drives.map(async ({ sessionId, trainer }) => {
      while (areMoving) {
        await untilApplied(() => trainer.update(sessionId, place()));
        await sleep(400);
      }
    });
    await firstKill;
    for (let kills = 1; kills < plan.kills; kills += 1) await killOne();
    await eventually('every signal is back', () => missing(bus, expected).length === 0, 60_000).catch(
      () => undefined,
    );
    areMoving = false;
    await Promise.all(moving);

    const events = eventIdsOf(bus);
    const wrong = [...new Set([...expected, ...events.keys()])].flatMap((alert) => {
      const count = events.get(alert)?.size ?? 0;
      return expected.has(alert) && count === 1 ? [] : [`${alert}: ${count} events`];
    });
    return {
      expected: expected.size,
      delivered: [...expected].filter((alert) => events.has(alert)).length,
      deliveries: bus.deliveries.filter(({ detail }) => 'alert' in detail).length,
      appended: (await appendedTo(redis, keys)) - drives.length,
      wrong,
      recoveryMs,
    };
  } finally {
    areMoving = false;
    for (const { server, proxy } of peers) {
      proxy.heal();
      await server.kill();
      await proxy.stop();
    }
    redis.disconnect();
    await Promise.all([store.stop(), bus.stop(), database.drop()]);
  }
}

/** Three kilometres from home, somewhere within 20 m: such a step is neither a jump nor a departure. */
const place = () => ({ ...metersFromHome(3000 + Math.random() * 20), accuracy: 20 });

/** Starts a journey, with one fix. Like behind a balancer, each request goes to any process. */
async function setOff(peers: readonly Peer[], databaseUrl: string, scheduledAt: number): Promise<Drive> {
  const [sessionId, trainerId] = [`s-${randomUUID()}`, `t-${randomUUID()}`];
  await bookSessions(databaseUrl, aSession({ id: sessionId, trainerId, scheduledAt, home: HOME }));
  const token = await new SignJWT({ role: 'trainer' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(trainerId)
    .setExpirationTime('1h')
    .sign(peers[0]!.server.secret);
  const anyUrl = (): string => peers[Math.floor(Math.random() * peers.length)]!.server.url;
  const trainer = new Actor(anyUrl, trainerId, token);
  await untilApplied(() => trainer.start(sessionId, 'once'));
  await untilApplied(() => trainer.update(sessionId, place()));
  return { sessionId, trainer };
}

/** Repeats a request as a phone does: also when the process that got it was killed. */
async function untilApplied(ask: () => Promise<GraphQLAnswer>): Promise<void> {
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer && !answer.errors) return;
    if (answer && !isUnavailable(answer)) throw new Error(JSON.stringify(answer.errors));
    await sleep(50);
  }
}

/** Redis runs the step, and its process never gets the reply. */
const lostReplyOf = (step: ScriptName): Fault => ({
  kind: 'swallowReply',
  when: callsScript(step),
  times: 1,
});

/** Kills the process in the middle of the step whose reply is lost. Returns how long it was away, ms. */
async function killAndRestart({ server, proxy }: Peer): Promise<number> {
  const killedAt = performance.now();
  await server.kill();
  proxy.heal();
  await server.run();
  return performance.now() - killedAt;
}

const alertOf = (sessionId: string, alert: JourneyAlert, status: AlertStatus): string =>
  `${sessionId} ${alert} ${status}`;

/** The ids of the events that arrived, by the alert that they report: one event may arrive more than once. */
function eventIdsOf({ deliveries }: EventBridgeStandIn): ReadonlyMap<string, ReadonlySet<string>> {
  const events = new Map<string, Set<string>>();
  for (const { detail } of deliveries) {
    const { sessionId, alert, status, eventId } = detail as unknown as Record<string, string>;
    if (!alert) continue;
    const key = alertOf(sessionId!, alert as JourneyAlert, status as AlertStatus);
    events.set(key, (events.get(key) ?? new Set()).add(eventId!));
  }
  return events;
}

function missing(bus: EventBridgeStandIn, expected: ReadonlySet<string>): string[] {
  const events = eventIdsOf(bus);
  return [...expected].filter((alert) => !events.has(alert));
}

/** How many entries were ever added to the outbox, including those that were delivered and removed. */
async function appendedTo(redis: Redis, keys: Keys): Promise<number> {
  const counts = await Promise.all(
    allPartitions.map(async (partition) => {
      if ((await redis.exists(keys.events(partition))) === 0) return 0;
      const info = (await redis.xinfo('STREAM', keys.events(partition))) as unknown[];
      return Number(info[info.indexOf('entries-added') + 1]);
    }),
  );
  return counts.reduce((total, count) => total + count, 0);
}
