import fc from 'fast-check';
import { randomUUID } from 'node:crypto';

import { movedBy } from '../../demo/drive/bearing';
import type { AlertChange, TravelAlert } from '../../src/domain/alert';
import { partitionOf } from '../../src/redis/keys';
import {
  acceptedFix,
  ALERTS,
  checked,
  expiredFix,
  published,
  startedAlerts,
  type AlertState,
} from '../road/alerts';
import { aSession } from '../support/sessions';
import { TestStore } from '../support/store';

const HOME = { latitude: 52.52, longitude: 13.405 };
const MINUTE_MS = 60_000;

type Act =
  | { readonly kind: 'pass'; readonly seconds: number }
  /** By how far the trainer drives before the fix, and how old the fix is when it arrives. */
  | { readonly kind: 'fix'; readonly meters: number; readonly ageMs: number }
  | { readonly kind: 'eta'; readonly minutesLate: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.constantFrom(1, 3, 10, 25, 61, 130),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('fix' as const),
      meters: fc.constantFrom(0, 0, 0, 15, 30, 45, -45, 120),
      ageMs: fc.constantFrom(100, 100, 100, 5000, 30_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('eta' as const),
      minutesLate: fc.constantFrom(-20, -20, 2, 30),
    }),
  },
);

/** A phone that works sends a fix every 10 s. */
const steadyFixes: fc.Arbitrary<readonly Act[]> = fc
  .record({ count: fc.integer({ min: 2, max: 20 }), meters: fc.constantFrom(0, 5, 120) })
  .map(({ count, meters }) =>
    Array.from({ length: count }).flatMap((): Act[] => [
      { kind: 'pass', seconds: 10 },
      { kind: 'fix', meters, ageMs: 100 },
    ]),
  );

const acts = fc
  .array(fc.oneof({ weight: 6, arbitrary: act.map((one) => [one]) }, { weight: 1, arbitrary: steadyFixes }), {
    minLength: 5,
    maxLength: 30,
  })
  .map((parts) => parts.flat());

/** Some of these take minutes by their settings: the times that Redis holds are moved instead of waiting. */
const SETTINGS = {
  ALERT_NOT_MOVING_MS: '150000',
  LOCATION_TTL_SECONDS: '200',
  JOURNEY_TTL_SECONDS: '86000',
  ARRIVAL_RADIUS_METERS: '150',
};

describe('The alerts in Redis', () => {
  let test: TestStore;
  beforeAll(async () => {
    test = await TestStore.open(SETTINGS);
  });
  afterAll(() => test.close());

  /** A journey with direct access to its times. */
  class Drive {
    readonly id = `s-${randomUUID()}`;
    readonly partition = partitionOf(this.id);

    async start(scheduledAt: number): Promise<number> {
      const outcome = await test.store.start({
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
      const { redis, keys } = test;
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
      if (stand) {
        const [latitude, longitude, time] = stand.split(' ');
        await redis.hset(location, 'stand', `${latitude} ${longitude} ${Number(time) - ms}`);
      }
      await redis.zincrby(keys.alerts(this.partition), -ms, this.id);
    }

    async publish(earliestAt: number): Promise<void> {
      const { redis, keys } = test;
      const earliest = earliestAt - Date.now();
      await redis.hset(
        keys.active(this.id),
        'eta',
        `ESTIMATE ${Date.now()} ${earliest + 1000} ${earliest} ${earliest + 2000}`,
      );
      await redis.zadd(keys.alerts(this.partition), Date.now(), this.id);
    }

    async fix(place: { latitude: number; longitude: number }, ageMs: number): Promise<boolean> {
      const outcome = await test.store.update({
        sessionId: this.id,
        trainerId: 't',
        points: [{ ...place, accuracy: null, heading: null, speed: null, capturedAt: Date.now() - ageMs }],
        sentAt: null,
      });
      return outcome.kind === 'APPLIED' && outcome.verdicts[0]!.status === 'ACCEPTED';
    }

    /** The stored fix's times. */
    async times(): Promise<{ capturedAt: number; receivedAt: number } | null> {
      const [capturedAt, receivedAt] = await test.redis.hmget(
        test.keys.location('t', this.id),
        'capturedAt',
        'receivedAt',
      );
      return capturedAt ? { capturedAt: Number(capturedAt), receivedAt: Number(receivedAt) } : null;
    }

    /** What a sweep does in the journey's partition. */
    async sweep(): Promise<{ at: number; changes: AlertChange[] }> {
      const { at, changes } = await test.store.checkAlerts(this.partition);
      return { at, changes: changes.filter(({ sessionId }) => sessionId === this.id) };
    }

    async dueAt(): Promise<number | null> {
      const score = await test.redis.zscore(test.keys.alerts(this.partition), this.id);
      return score === null ? null : Number(score);
    }

    async raised(): Promise<readonly TravelAlert[]> {
      const snapshot = await test.store.readSnapshot(this.id);
      return snapshot.kind === 'ACTIVE' ? snapshot.alerts : [];
    }

    stop() {
      return test.store.finish({ sessionId: this.id, trainerId: 't' }, 'STOPPED');
    }
  }

  const moved = (state: AlertState, ms: number): AlertState => {
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

  it('are raised and cleared as their model does it, and are due when it says, whatever happens to a journey', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.constantFrom(160, 400, 3000),
        fc.constantFrom(10, 200),
        async (sequence, metersFromHome, scheduledIn) => {
          const drive = new Drive();
          const scheduledAt = Date.now() + scheduledIn * MINUTE_MS;
          let state = startedAlerts(HOME, scheduledAt, await drive.start(scheduledAt));
          let meters = 0;
          for (const step of sequence) {
            switch (step.kind) {
              case 'pass':
                await drive.age(step.seconds * 1000);
                state = moved(state, step.seconds * 1000);
                if (state.fix && !(await drive.times())) state = expiredFix(state);
                break;
              case 'eta': {
                const earliestAt = scheduledAt + step.minutesLate * MINUTE_MS;
                await drive.publish(earliestAt);
                state = published(state, earliestAt, Date.now());
                break;
              }
              case 'fix': {
                meters += step.meters;
                const place = movedBy(HOME, metersFromHome + meters, 0);
                if (await drive.fix(place, step.ageMs)) {
                  state = acceptedFix(state, { ...place, ...(await drive.times())! }, test.policy);
                } else {
                  meters -= step.meters;
                }
              }
            }
            const { at, changes } = await drive.sweep();
            const next = checked(state, at, test.policy);
            const expected = ALERTS.flatMap((alert) => {
              const [before, after] = [state.raised.includes(alert), next.raised.includes(alert)];
              return before === after
                ? []
                : [{ sessionId: drive.id, alert, status: after ? 'RAISED' : 'CLEARED' }];
            });
            expect(changes).toEqual(expected);
            for (const { alert, status } of changes) {
              seen.set(`${alert} ${status}`, (seen.get(`${alert} ${status}`) ?? 0) + 1);
            }
            state = next;
            expect(await drive.raised()).toEqual(state.raised);
            expect(await drive.dueAt()).toBe(state.dueAt);
          }
          await drive.stop();
          expect(await drive.dueAt()).toBeNull();
        },
      ),
      { numRuns: 120 },
    );
    for (const alert of ALERTS) {
      for (const status of ['RAISED', 'CLEARED']) {
        expect([alert, status, (seen.get(`${alert} ${status}`) ?? 0) >= 5]).toEqual([alert, status, true]);
      }
    }
  }, 120_000);

  it('are raised once, by one of the processes that sweep at the same time, and the checks that are left are counted', async () => {
    const drives = Array.from({ length: 250 }, () => new Drive());
    const inOnePartition = drives.filter(({ partition }) => partition === drives[0]!.partition);
    for (const drive of drives) {
      await drive.start(Date.now());
      await drive.age(125_000);
    }
    const first = await test.store.checkAlerts(drives[0]!.partition);
    expect(first).toMatchObject({ checked: inOnePartition.length, remaining: 0 });
    const sweeps = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const { alertChecks } = await test.store.due();
        const checks = await Promise.all(
          [...alertChecks.keys()].map((partition) => test.store.checkAlerts(partition)),
        );
        return checks.flatMap(({ changes }) => changes);
      }),
    );
    const raised = [...first.changes, ...sweeps.flat()].map(({ sessionId, alert, status }) => {
      expect([alert, status]).toEqual(['SIGNAL_LOST', 'RAISED']);
      return sessionId;
    });
    expect(raised.sort()).toEqual(drives.map(({ id }) => id).sort());
  }, 60_000);

  it('of a journey that has ended, or whose key has expired, are due no more', async () => {
    const [stopped, expired] = [new Drive(), new Drive()];
    for (const drive of [stopped, expired]) await drive.start(Date.now());
    await stopped.stop();
    await test.redis.del(test.keys.active(expired.id));
    for (const drive of [stopped, expired]) {
      expect((await drive.sweep()).changes).toEqual([]);
      expect(await drive.dueAt()).toBeNull();
    }
  });
});
