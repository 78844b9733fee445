import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';
import { decideTurn, NO_TURNS } from '../road/turns';
import { fc } from '../support/properties';

const policy = { intervalMs: 5000, toleranceMs: 1000 };

/** The moments at which a limiter lets requests through that come after these pauses. */
function allowedAt(pausesMs: readonly number[]): number[] {
  let arrivalTime: ArrivalTime = null;
  let now = 0;
  const allowed: number[] = [];
  for (const pause of pausesMs) {
    now += pause;
    const decision = decideRate(arrivalTime, now, policy);
    if (decision.allowed) {
      allowed.push(now);
      arrivalTime = decision.arrivalTime;
    }
  }
  return allowed;
}

describe('The rate of updates (GCRA)', () => {
  it('lets a phone with a timer of 5 s pass for ever, early by up to 1 s now and then', () => {
    expect(allowedAt([0, 5000, 4000, 6000, 5000])).toHaveLength(5);
  });

  it('refuses a request that is too early, says how long to wait, and does not count the refused request', () => {
    const first = decideRate(null, 0, policy);
    expect(first).toEqual({ allowed: true, arrivalTime: 5000 });
    expect(decideRate(5000, 3999, policy)).toEqual({ allowed: false, retryAfterMs: 1 });
    expect(decideRate(5000, 4000, policy)).toEqual({ allowed: true, arrivalTime: 10_000 });
    // The early second is used up: the next may not be early again.
    expect(decideRate(10_000, 8000, policy)).toEqual({ allowed: false, retryAfterMs: 1000 });
  });

  it('never allows more requests than the time permits, and always one that waited as long as required', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8000 }), { minLength: 2, maxLength: 200 }), (pauses) => {
        const allowed = allowedAt(pauses);
        for (let from = 0; from < allowed.length; from += 1) {
          for (let to = from + 1; to < allowed.length; to += 1) {
            const least = (to - from) * policy.intervalMs - policy.toleranceMs;
            expect(allowed[to]! - allowed[from]!).toBeGreaterThanOrEqual(least);
          }
        }
      }),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20_000 }),
        fc.integer({ min: 0, max: 20_000 }),
        (arrivalTime, now) => {
          const decision = decideRate(arrivalTime, now, policy);
          if (!decision.allowed)
            expect(decideRate(arrivalTime, now + decision.retryAfterMs, policy).allowed).toBe(true);
        },
      ),
    );
  });
});

describe('The sessions of one trainer', () => {
  const phones = fc.array(
    fc.record({
      startsAt: fc.integer({ min: 0, max: 5000 }),
      latencyMs: fc.integer({ min: 0, max: 400 }),
      /** Whether it comes back after retryAfterMs, or by a timer of its own. */
      obeys: fc.boolean(),
    }),
    { minLength: 2, maxLength: 4 },
  );

  it('share its rate: none is served much less often than another, whenever each of them sends', () => {
    fc.assert(
      fc.property(phones, (senders) => {
        const nextAt = senders.map(({ startsAt }) => startsAt);
        const served = senders.map(() => 0);
        let turns = NO_TURNS;
        for (;;) {
          const now = Math.min(...nextAt);
          if (now > 600_000) break;
          const at = nextAt.indexOf(now);
          const { latencyMs, obeys } = senders[at]!;
          const decision = decideTurn(turns, now, { sessionId: `s-${at}`, deviceId: '' }, policy);
          turns = decision.next;
          if (decision.allowed) served[at]! += 1;
          const pause = decision.allowed || !obeys ? policy.intervalMs : decision.retryAfterMs;
          nextAt[at] = now + Math.max(1, pause) + latencyMs;
        }
        expect(Math.max(...served) - Math.min(...served)).toBeLessThanOrEqual(Math.min(...served) * 0.25 + 2);
        // Turns cost some of the rate where timers ignore them, but at most about half.
        expect(served.reduce((sum, count) => sum + count)).toBeGreaterThan(600_000 / policy.intervalMs / 2.5);
      }),
      { numRuns: 300 },
    );
  });

  it('wait once for one that went away', () => {
    const [gone, stays] = ['gone', 'stays'].map((sessionId) => ({ sessionId, deviceId: '' }));
    let turns = decideTurn(NO_TURNS, 0, stays!, policy).next;
    turns = decideTurn(turns, 100, gone!, policy).next;
    const served: number[] = [];
    for (let now = 5000; now < 60_000; now += 5000) {
      const decision = decideTurn(turns, now, stays!, policy);
      turns = decision.next;
      if (decision.allowed) served.push(now);
    }
    expect(served[0]).toBeLessThanOrEqual(15_000);
    expect(served).toHaveLength(9);
  });
});
