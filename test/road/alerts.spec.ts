import { movedBy } from '../../demo/drive/bearing';
import { readConfig } from '../../src/config/readConfig';
import { acceptedFix, checked, expiredFix, published, startedAlerts, type AlertState } from './alerts';
import { fc } from '../support/properties';

const HOME = { latitude: 52.52, longitude: 13.405 };
const STEP_MS = 500;
/** An alert is raised and cleared within 5 s of its time; the sweep takes 1 s of these. */
const TOLERANCE_MS = 4000;
const { policy } = readConfig({ DATABASE_URL: 'postgres://localhost/x', AUTH_JWT_SECRET: 's' });

/** What happens in a drive: for some time fixes come at an interval, or none, while the trainer moves or does not. */
const phase = fc.record({
  seconds: fc.constantFrom(5, 20, 65, 130, 310, 400),
  intervalMs: fc.constantFrom(5000, 5000, 15_000, 25_000, null),
  metersPerSecond: fc.constantFrom(0, 0, 1, 10),
  /** When the trainer is expected at the earliest, in minutes before or after the time from which on it is late. */
  minutesLate: fc.constantFrom(null, null, -15, 20),
});

const moment = (alert: string, now: number): string => `${alert} at ${now}`;

describe('The check of a journey that is due', () => {
  it('is as good as one every half second, though it is done a hundred times less', () => {
    let [checks, steps, changes] = [0, 0, 0];
    fc.assert(
      fc.property(
        fc.array(phase, { minLength: 1, maxLength: 10 }),
        fc.constantFrom(120, 160, 800, 6000),
        fc.constantFrom(10, 90),
        (phases, metersFromHome, scheduledIn) => {
          const scheduledAt = scheduledIn * 60_000;
          let [now, meters, sentAt] = [0, metersFromHome, -Infinity];
          let lazy: AlertState = startedAlerts(HOME, scheduledAt, now);
          let eager = lazy;
          const [seenLazy, seenEager] = [new Map<string, number[]>(), new Map<string, number[]>()];
          const both = (act: (state: AlertState) => AlertState) => ([lazy, eager] = [act(lazy), act(eager)]);
          const check = (state: AlertState, seen: Map<string, number[]>): AlertState => {
            const next = checked(state, now, policy);
            for (const alert of ['SIGNAL_LOST', 'NOT_MOVING', 'RUNNING_LATE'] as const) {
              if (state.raised.includes(alert) !== next.raised.includes(alert))
                seen.set(alert, [...(seen.get(alert) ?? []), now]);
            }
            return next;
          };
          for (const { seconds, intervalMs, metersPerSecond, minutesLate } of phases) {
            if (minutesLate !== null) {
              const earliestAt = scheduledAt + policy.alertLateMs + minutesLate * 60_000;
              both((state) => published(state, earliestAt, now));
            }
            for (const end = now + seconds * 1000; now < end; now += STEP_MS) {
              meters += (metersPerSecond * STEP_MS) / 1000;
              if (intervalMs !== null && now - sentAt >= intervalMs) {
                sentAt = now;
                const fix = { ...movedBy(HOME, meters, 0), capturedAt: now, receivedAt: now };
                both((state) => acceptedFix(state, fix, policy));
              }
              if (now - sentAt >= policy.locationTtlMs && lazy.fix) both(expiredFix);
              steps += 1;
              checks += lazy.dueAt <= now ? 1 : 0;
              lazy = check(lazy, seenLazy);
              eager = check({ ...eager, dueAt: now }, seenEager);
            }
          }
          for (const [alert, times] of seenEager) {
            changes += times.length;
            const late = (seenLazy.get(alert) ?? []).slice(0, times.length);
            times.forEach((time, at) => {
              // What came to pass in the last seconds may not be seen yet.
              if (now - time < TOLERANCE_MS) return;
              expect([moment(alert, time), late[at]! - time]).toEqual([
                moment(alert, time),
                expect.any(Number),
              ]);
              expect(Math.abs(late[at]! - time)).toBeLessThanOrEqual(TOLERANCE_MS);
            });
          }
          expect([...seenLazy.keys()].sort()).toEqual([...seenEager.keys()].sort());
        },
      ),
      { numRuns: 400 },
    );
    expect(changes).toBeGreaterThan(100);
    expect(checks).toBeLessThan(steps / 30);
  });
});
