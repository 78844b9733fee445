import fc from 'fast-check';

import { movedBy } from '../../demo/drive/bearing';
import { acceptedFix, ALERTS, checked, expiredFix, published, startedAlerts } from '../road/alerts';
import { HOME } from '../support/service';
import { TestStore } from '../support/store';
import { aged, AgedDrive } from './agedDrive';

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
  .record({ count: fc.constantFrom(3, 8, 20), meters: fc.constantFrom(0, 5, 120) })
  .map(({ count, meters }) =>
    Array.from({ length: count }).flatMap((): Act[] => [
      { kind: 'pass', seconds: 10 },
      { kind: 'fix', meters, ageMs: 100 },
    ]),
  );

/** The trainer is late, and then is not. */
const catchesUp: fc.Arbitrary<readonly Act[]> = fc
  .tuple(steadyFixes, steadyFixes)
  .map(([late, after]): Act[] => [
    { kind: 'eta', minutesLate: 30 },
    ...late,
    { kind: 'eta', minutesLate: -20 },
    ...after,
  ]);

const acts = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: act.map((one) => [one]) },
      { weight: 2, arbitrary: steadyFixes },
      { weight: 1, arbitrary: catchesUp },
    ),
    { minLength: 5, maxLength: 20, size: 'max' },
  )
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

  it('are raised and cleared as their model does it, and are due when it says, whatever happens to a journey', async () => {
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        acts,
        fc.constantFrom(160, 400, 3000),
        fc.constantFrom(10, 200),
        async (sequence, metersFromHome, scheduledIn) => {
          const drive = new AgedDrive(test);
          const scheduledAt = Date.now() + scheduledIn * MINUTE_MS;
          let state = startedAlerts(HOME, scheduledAt, await drive.start(scheduledAt));
          let meters = 0;
          for (const step of sequence) {
            switch (step.kind) {
              case 'pass':
                await drive.age(step.seconds * 1000);
                state = aged(state, step.seconds * 1000);
                if (state.fix && !(await drive.times())) state = expiredFix(state);
                break;
              case 'eta': {
                const earliestAt = state.scheduledAt + step.minutesLate * MINUTE_MS;
                await drive.publish(earliestAt);
                state = published(state, earliestAt, Date.now());
                break;
              }
              case 'fix': {
                meters += step.meters;
                const place = movedBy(HOME, metersFromHome + meters, 0);
                if (await drive.fix(place, step.ageMs)) {
                  state = acceptedFix(state, { ...place, ...(await drive.times())! }, test.policy);
                  const earliestAt = (await drive.earliestAt())!;
                  if (earliestAt !== state.earliestAt) {
                    state = published(state, earliestAt, state.fix!.receivedAt);
                  }
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
      { numRuns: 60 },
    );
    for (const alert of ALERTS) {
      for (const status of ['RAISED', 'CLEARED']) {
        expect([alert, status, (seen.get(`${alert} ${status}`) ?? 0) >= 5]).toEqual([alert, status, true]);
      }
    }
  }, 120_000);

  it('are raised once, by one of the processes that sweep at the same time, and the checks that are left are counted', async () => {
    const drives = Array.from({ length: 250 }, () => new AgedDrive(test));
    const inOnePartition = drives.filter(({ partition }) => partition === drives[0]!.partition);
    for (const drive of drives) {
      await drive.start(Date.now());
      await drive.age(125_000);
    }
    const first = await test.sweeps.checkAlerts(drives[0]!.partition);
    expect(first).toMatchObject({ checked: inOnePartition.length, remaining: 0 });
    const sweeps = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const { alertChecks } = await test.sweeps.due();
        const checks = await Promise.all(
          [...alertChecks.keys()].map((partition) => test.sweeps.checkAlerts(partition)),
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
    const [stopped, expired] = [new AgedDrive(test), new AgedDrive(test)];
    for (const drive of [stopped, expired]) await drive.start(Date.now());
    await stopped.stop();
    await test.redis.del(test.keys.active(expired.id));
    for (const drive of [stopped, expired]) {
      expect((await drive.sweep()).changes).toEqual([]);
      expect(await drive.dueAt()).toBeNull();
    }
  });
});

describe('The alert RUNNING_LATE in Redis', () => {
  it('counts no time without a location that no check has seen', async () => {
    // The location expires after 200 s: before the next check, which is due a minute after the second one.
    const test = await TestStore.open({ LOCATION_TTL_SECONDS: '200', JOURNEY_TTL_SECONDS: '86000' });
    try {
      const drive = new AgedDrive(test);
      const scheduledAt = Date.now() + 10 * 60_000;
      await drive.start(scheduledAt);
      const beLate = () => drive.publish(scheduledAt + 60 * 60_000);
      const changesAfter = async (seconds: number) => {
        await drive.age(seconds * 1000);
        return (await drive.sweep()).changes.map(({ alert, status }) => `${alert} ${status}`);
      };
      expect(await drive.fix(movedBy(HOME, 3000, 0), 100)).toBe(true);
      const first = await changesAfter(170);
      await beLate();
      const second = await changesAfter(0);
      await drive.age(35_000);
      const gone = await drive.times();
      expect(await drive.fix(movedBy(HOME, 2990, 0), 100)).toBe(true);
      await beLate();
      const third = await changesAfter(0);
      const fourth = await changesAfter(30);
      const fifth = await changesAfter(35);
      expect({ first, second, gone, third, fourth, fifth }).toEqual({
        first: ['SIGNAL_LOST RAISED'],
        second: [],
        gone: null,
        third: [],
        fourth: [],
        fifth: ['RUNNING_LATE RAISED'],
      });
    } finally {
      await test.close();
    }
  });
});
