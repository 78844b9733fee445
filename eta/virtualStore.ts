import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';

import type { GeoPoint } from '../src/domain/geo';
import type { Policy } from '../src/domain/policy';
import type { SessionSnapshot } from '../src/domain/snapshot';
import { RedisJourneyStore } from '../src/redis/journeyStore';
import { Keys } from '../src/redis/keys';
import { RedisRouterTurns } from '../src/redis/routerTurns';
import { FixedArguments, type Argument } from '../src/redis/scriptCaller';
import type { ScriptRunner } from '../src/redis/scriptRunner';
import { loadScripts, type ScriptName } from '../src/redis/scripts';

/** What include/clock.lua asks. */
const REDIS_TIME = /local time = redis\.call\('TIME'\)\n\s*return .*\n/;

type Commands = Record<ScriptName, (...args: (string | number)[]) => Promise<unknown[]>>;

export interface VirtualStoreOptions {
  readonly redisUrl: string;
  readonly policy: Policy;
  readonly routerIntervalMs: number;
  /** Sets the keys apart from others' on the same Redis. */
  readonly keyPrefix?: string;
}

/**
 * The service's own scripts on a real Redis, with a clock that the caller sets: a drive of an hour is replayed in a second.
 * The keys' lives go by Redis' own clock, so the virtual one must not be behind it by more than they last.
 */
export class VirtualStore {
  readonly store: RedisJourneyStore;
  readonly turns: RedisRouterTurns;
  private readonly redis: Redis;
  private readonly clockKey: string;
  private readonly scripts: string[] = [];
  private time = Date.now();

  static async open(options: VirtualStoreOptions): Promise<VirtualStore> {
    const virtual = new VirtualStore(options);
    // A script that is not loaded would be sent a second time, after the commands that follow it.
    await Promise.all(virtual.scripts.map((lua) => virtual.redis.script('LOAD', lua)));
    return virtual;
  }

  private constructor({ redisUrl, policy, routerIntervalMs, keyPrefix = '' }: VirtualStoreOptions) {
    const keys = new Keys(keyPrefix);
    this.clockKey = `${keyPrefix}virtual:clock`;
    this.redis = new Redis(redisUrl);
    for (const [name, { lua, numberOfKeys }] of Object.entries(loadScripts())) {
      const timed = lua.replace(REDIS_TIME, `return tonumber(redis.call('GET', '${this.clockKey}'))\n`);
      this.scripts.push(timed);
      this.redis.defineCommand(name, { lua: timed, numberOfKeys });
    }
    const commands = this.redis as unknown as Commands;
    const runner: Pick<ScriptRunner, 'read' | 'write'> = {
      read: (step, args) => commands[step](...args.flatMap(valuesOf)),
      // No deadline: nobody waits for the answer.
      write: (step, { keys, args }) =>
        commands[step](...keys, Number.MAX_SAFE_INTEGER, ...args.flatMap(valuesOf)),
    };
    const scripts = runner as ScriptRunner;
    this.store = new RedisJourneyStore(scripts, keys, {
      policy,
      eventsOn: false,
      outboxMaxLength: 1000,
    });
    this.turns = new RedisRouterTurns(scripts, keys, { policy, intervalMs: routerIntervalMs });
  }

  /**
   * Commands are sent in the order of the calls, also if none is awaited before the next, so this holds for those that
   * follow.
   */
  async setClock(time: number): Promise<void> {
    this.time = time;
    await this.redis.set(this.clockKey, time);
  }

  /** When the next journey may start: the clock never goes back. */
  get nextTime(): number {
    return this.time + 60_000;
  }

  async start(sessionId: string, home: GeoPoint, time: number): Promise<void> {
    await this.setClock(time);
    const outcome = await this.store.start({
      journeyId: randomUUID(),
      clientRequestId: null,
      session: {
        id: sessionId,
        trainerId: sessionId,
        studentId: sessionId,
        status: 'CONFIRMED',
        scheduledAt: time,
        home,
      },
      readAt: time,
      startable: true,
    });
    if (outcome.kind !== 'STARTED') throw new Error(`The journey did not start: ${outcome.kind}`);
  }

  async snapshot(sessionId: string): Promise<Extract<SessionSnapshot, { kind: 'ACTIVE' }>> {
    const snapshot = await this.store.readSnapshot(sessionId);
    if (snapshot.kind !== 'ACTIVE') throw new Error('The journey is not active any more');
    return snapshot;
  }

  async stop(sessionId: string): Promise<void> {
    await this.store.finish({ sessionId, trainerId: sessionId }, 'STOPPED');
  }

  close(): void {
    this.redis.disconnect();
  }
}

const valuesOf = (argument: Argument): readonly (string | number)[] =>
  argument instanceof FixedArguments ? argument.values : [argument];
