import fc from 'fast-check';

import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';

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
