import { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { readConfig } from '../../src/config/readConfig';
import type { GeoPoint } from '../../src/domain/geo';
import type { Requester } from '../road/turns';
import type { Policy } from '../../src/domain/policy';
import type { UpdateCommand } from '../../src/domain/ports';
import { createRedisClient, type RedisClient } from '../../src/redis/client';
import { encodeUpdate, encodeUpdateOptions, type UpdateOptions } from '../../src/redis/codec';
import { RedisJourneyStore } from '../../src/redis/journeyStore';
import { Keys } from '../../src/redis/keys';
import { ScriptRunner } from '../../src/redis/scriptRunner';
import { RedisSweepStore } from '../../src/redis/sweepStore';
import { deleteByPrefix, testKeyPrefix, testRedisUrl } from './redis';
import { aSession } from './sessions';

const TIMEOUT_MS = 5000;

/** The live store on the real Redis, with direct access to its keys. */
export class TestStore {
  private constructor(
    readonly policy: Policy,
    private readonly clients: readonly RedisClient[],
    readonly scripts: ScriptRunner,
    readonly redis: Redis,
    readonly keys: Keys,
    readonly store: RedisJourneyStore,
    readonly sweeps: RedisSweepStore,
    private readonly prefix: string,
    private readonly options: UpdateOptions,
  ) {}

  static async open(env: NodeJS.ProcessEnv = {}, url = testRedisUrl()): Promise<TestStore> {
    const { policy } = readConfig({
      DATABASE_URL: 'postgres://localhost/x',
      AUTH_JWT_SECRET: 's',
      ...env,
    });
    const prefix = testKeyPrefix();
    const reader = createRedisClient({ url, timeoutMs: TIMEOUT_MS, name: 'test' });
    const writer = createRedisClient({ url, timeoutMs: TIMEOUT_MS, name: 'test' });
    await Promise.all(
      [reader, writer].map((client) => new Promise((resolve) => client.once('ready', resolve))),
    );
    const scripts = new ScriptRunner({ reader, writer, timeoutMs: TIMEOUT_MS });
    const keys = new Keys(prefix);
    const options = { policy, eventsOn: true, outboxMaxLength: 1000 };
    const store = new RedisJourneyStore(scripts, keys, options);
    const sweeps = new RedisSweepStore(scripts, keys, options);
    const redis = new Redis(url);
    return new TestStore(policy, [reader, writer], scripts, redis, keys, store, sweeps, prefix, options);
  }

  async close(): Promise<void> {
    await deleteByPrefix(this.redis, this.prefix);
    for (const client of [...this.clients, this.redis]) client.disconnect();
  }

  /** Starts a journey as if it had begun some minutes ago. Returns its start time. */
  async startJourney(
    sessionId: string,
    trainerId: string,
    {
      minutesAgo = 0,
      home = { latitude: 52.52, longitude: 13.405 },
    }: { minutesAgo?: number; home?: GeoPoint } = {},
  ): Promise<number> {
    const session = aSession({ id: sessionId, trainerId, home });
    const outcome = await this.store.start({
      journeyId: randomUUID(),
      clientRequestId: null,
      session,
      readAt: Date.now(),
      startable: true,
    });
    if (outcome.kind !== 'STARTED') throw new Error(`The journey did not start: ${outcome.kind}`);
    const startedAt = outcome.journey.startedAt - minutesAgo * 60_000;
    await this.redis.hset(this.keys.active(sessionId), 'startedAt', startedAt);
    return startedAt;
  }

  /** What is known of a session at a later millisecond than all that was done before: reads of bookings are told apart by it. */
  async laterSnapshot(sessionId: string): ReturnType<RedisJourneyStore['readSnapshot']> {
    await sleep(2);
    return this.store.readSnapshot(sessionId);
  }

  /** Drops the cached session, as a refresh does that finds the booking as it was. */
  async invalidateSession(sessionId: string): Promise<void> {
    const snapshot = await this.laterSnapshot(sessionId);
    const booking =
      snapshot.kind === 'ACTIVE'
        ? aSession({
            id: sessionId,
            trainerId: snapshot.journey.trainerId,
            studentId: snapshot.journey.studentId,
            home: snapshot.home,
          })
        : null;
    await this.store.refresh(sessionId, booking, snapshot.now);
  }

  /** The reply of update.lua, and the time at which it ran. */
  async rawUpdate(sessionId: string, update: Omit<UpdateCommand, 'sessionId'>) {
    const { keys } = this;
    const reply = await this.scripts.write('update', {
      keys: [
        keys.active(sessionId),
        keys.ended(sessionId),
        keys.meta(sessionId),
        keys.location(update.trainerId, sessionId),
      ],
      args: encodeUpdate(update, encodeUpdateOptions(this.options)),
      mode: 'once',
    });
    return { reply, now: Number(reply[1]) };
  }

  /** The reply of rate.lua, and the time at which it ran. */
  async rawRate(trainerId: string, { sessionId, deviceId }: Requester = { sessionId: 's', deviceId: '' }) {
    const { updateIntervalMs, updateJitterMs } = this.policy;
    const reply = await this.scripts.write('rate', {
      keys: [this.keys.rate(trainerId), this.keys.turns(trainerId)],
      args: [updateIntervalMs, updateJitterMs, `${sessionId} ${deviceId}`, 0],
      mode: 'once',
    });
    return { reply, now: Number(reply[1]) };
  }
}
