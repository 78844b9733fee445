import { randomUUID } from 'node:crypto';

import type { AlertChange, TravelAlert } from '../../src/domain/alert';
import { partitionOf } from '../../src/redis/keys';
import type { AlertState } from '../road/alerts';
import { HOME } from '../support/service';
import { aSession } from '../support/sessions';
import type { TestStore } from '../support/store';

/** A journey with direct access to its times. */
export class AgedDrive {
  readonly id = `s-${randomUUID()}`;
  readonly partition = partitionOf(this.id);

  constructor(private readonly test: TestStore) {}

  async start(scheduledAt: number): Promise<number> {
    const outcome = await this.test.store.start({
      journeyId: randomUUID(),
      clientRequestId: null,
      session: aSession({ id: this.id, trainerId: 't', home: HOME, scheduledAt }),
      readAt: Date.now(),
      startable: true,
    });
    if (outcome.kind !== 'STARTED') throw new Error(outcome.kind);
    return outcome.journey.startedAt;
  }

  /** Makes everything that Redis knows of the journey older. */
  async age(ms: number): Promise<void> {
    const { redis, keys } = this.test;
    const [active, location] = [keys.active(this.id), keys.location('t', this.id)];
    const lasts = await redis.pttl(location);
    if (lasts > 0 && lasts <= ms) await redis.del(location);
    else if (lasts > 0) await redis.pexpire(location, lasts - ms);
    for (const [key, fields] of [
      [active, ['startedAt', 'scheduledAt', 'liveSince', 'lateSince', 'newestAt']],
      [location, ['capturedAt', 'receivedAt', 'stillSince']],
    ] as const) {
      for (const field of fields) {
        if (await redis.hexists(key, field)) await redis.hincrby(key, field, -ms);
      }
    }
    const [eta, stand] = [await redis.hget(active, 'eta'), await redis.hget(location, 'stand')];
    if (eta) {
      const [source, computedAt, ...times] = eta.split(' ');
      await redis.hset(active, 'eta', [source, Number(computedAt) - ms, ...times].join(' '));
    }
    const answer = await redis.hget(active, 'routerEta');
    if (answer) {
      const times = answer.split(' ').map((time) => Number(time) - ms);
      await redis.hset(active, 'routerEta', times.join(' '));
    }
    if (stand) {
      const [latitude, longitude, time] = stand.split(' ');
      await redis.hset(location, 'stand', `${latitude} ${longitude} ${Number(time) - ms}`);
    }
    await redis.zincrby(keys.alerts(this.partition), -ms, this.id);
  }

  /** As a router's answer that stays fresh, so that the fixes after it publish nothing else while there is a location. */
  async publish(earliestAt: number): Promise<void> {
    const { redis, keys } = this.test;
    const now = Date.now();
    const [earliest, arrivesAt] = [earliestAt - now, earliestAt + 1000];
    await redis.hset(keys.active(this.id), {
      eta: `ROUTER ${now} ${earliest + 1000} ${earliest} ${earliest + 2000}`,
      routerEta: `${now} ${arrivesAt} ${now + 86_400_000}`,
    });
    await redis.zadd(keys.alerts(this.partition), now, this.id);
  }

  /** When the trainer arrives at the earliest, as published. */
  async earliestAt(): Promise<number | null> {
    const eta = await this.test.redis.hget(this.test.keys.active(this.id), 'eta');
    if (!eta) return null;
    const [, computedAt, , earliest] = eta.split(' ');
    return Number(computedAt) + Number(earliest);
  }

  async fix(place: { latitude: number; longitude: number }, ageMs: number): Promise<boolean> {
    const outcome = await this.test.store.update({
      sessionId: this.id,
      trainerId: 't',
      points: [{ ...place, accuracy: null, heading: null, speed: null, capturedAt: Date.now() - ageMs }],
      sentAt: null,
    });
    return outcome.kind === 'APPLIED' && outcome.verdicts[0]!.status === 'ACCEPTED';
  }

  /** The stored fix's times. */
  async times(): Promise<{ capturedAt: number; receivedAt: number } | null> {
    const [capturedAt, receivedAt] = await this.test.redis.hmget(
      this.test.keys.location('t', this.id),
      'capturedAt',
      'receivedAt',
    );
    return capturedAt ? { capturedAt: Number(capturedAt), receivedAt: Number(receivedAt) } : null;
  }

  /** What a sweep does in the journey's partition. */
  async sweep(): Promise<{ at: number; changes: AlertChange[] }> {
    const { at, changes } = await this.test.sweeps.checkAlerts(this.partition);
    return { at, changes: changes.filter(({ sessionId }) => sessionId === this.id) };
  }

  async dueAt(): Promise<number | null> {
    const score = await this.test.redis.zscore(this.test.keys.alerts(this.partition), this.id);
    return score === null ? null : Number(score);
  }

  async raised(): Promise<readonly TravelAlert[]> {
    const snapshot = await this.test.store.readSnapshot(this.id);
    return snapshot.kind === 'ACTIVE' ? snapshot.alerts : [];
  }

  stop() {
    return this.test.store.finish({ sessionId: this.id, trainerId: 't' }, 'STOPPED');
  }
}

/** The model's journey after the same time. */
export const aged = (state: AlertState, ms: number): AlertState => {
  const fix = state.fix && {
    ...state.fix,
    capturedAt: state.fix.capturedAt - ms,
    receivedAt: state.fix.receivedAt - ms,
  };
  const stand = state.stand && {
    ...state.stand,
    capturedAt: state.stand.capturedAt - ms,
    receivedAt: state.stand.receivedAt - ms,
  };
  const shift = <T extends number | null>(time: T): T => (time === null ? time : ((time - ms) as T));
  return {
    ...state,
    fix,
    stand,
    startedAt: state.startedAt - ms,
    scheduledAt: state.scheduledAt - ms,
    liveSince: shift(state.liveSince),
    lateSince: shift(state.lateSince),
    earliestAt: shift(state.earliestAt),
    dueAt: state.dueAt - ms,
  };
};
