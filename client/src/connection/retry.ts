export interface RetryPolicy {
  /** The longest wait before the first retry; it doubles with each. */
  baseDelayMs: number;
  maxDelayMs: number;
}

/** How many times a request is repeated after its first try. */
export const maxRetries = 3;

/** For requests that a person waits for, and for fixes, which are worth less each second. */
export const requestRetryPolicy: RetryPolicy = { baseDelayMs: 1000, maxDelayMs: 8000 };

/** For polls, which go on for as long as the screen is open. */
export const pollRetryPolicy: RetryPolicy = { baseDelayMs: 2000, maxDelayMs: 10_000 };

/** A wait that the service asked for is never shortened; up to a quarter is added, so that not all phones return at once. */
export const retryAfterDelayMs = (retryAfterMs: number | null, random: () => number): number =>
  (retryAfterMs ?? 0) * (1 + random() / 4);

/**
 * How long to wait before retry number `retry` (from 0): half of the exponential wait is fixed, half is random, so
 * that phones which failed together do not come back together.
 */
export function retryDelayMs(
  retry: number,
  retryAfterMs: number | null,
  random: () => number,
  { baseDelayMs, maxDelayMs }: RetryPolicy,
): number {
  const ceilingMs = Math.min(maxDelayMs, baseDelayMs * 2 ** retry);
  return Math.max((ceilingMs / 2) * (1 + random()), retryAfterDelayMs(retryAfterMs, random));
}

/** A token that expired is for the app to renew; the same request then shows whether it did. */
export const tokenRetry = {
  intervalMs: 30_000,
  /** Five minutes long; then nobody seems to be renewing it. */
  maxTries: 10,
};
