/** The state of a generic cell rate limiter: when the next request would arrive if all came evenly; null before the first one. */
export type ArrivalTime = number | null;

export type RateDecision =
  | { readonly allowed: true; readonly arrivalTime: number }
  | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * GCRA (ITU-T I.371): one request per emission interval, sustained; a request may be `toleranceMs` early. This is the
 * rule; `redis/scripts/rate.lua` applies it atomically, and test/redis/rules.spec.ts checks that the two agree.
 */
export function decideRate(
  arrivalTime: ArrivalTime,
  now: number,
  { intervalMs, toleranceMs }: { intervalMs: number; toleranceMs: number },
): RateDecision {
  const expected = Math.max(arrivalTime ?? now, now);
  const waitMs = expected - toleranceMs - now;
  return waitMs > 0
    ? { allowed: false, retryAfterMs: waitMs }
    : { allowed: true, arrivalTime: expected + intervalMs };
}
