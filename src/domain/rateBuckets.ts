import { LRUCache } from 'lru-cache';

import { decideRate, type RateDecision } from './rateLimit';

export const WINDOW_MS = 60_000;

/** So many requests a minute for each key: a bucket of so many, refilled evenly, in the memory of this process. */
export class RateBuckets {
  /** In order of the last request, refused ones included: a busy key is never the one to be evicted. */
  private readonly arrivalTimes: LRUCache<string, number>;
  private readonly rate: Parameters<typeof decideRate>[2];

  /** Beyond `maxKeys`, keys without a request for the longest time start afresh. */
  constructor(perMinute: number, maxKeys: number) {
    const intervalMs = WINDOW_MS / perMinute;
    this.arrivalTimes = new LRUCache({ max: maxKeys });
    this.rate = { intervalMs, toleranceMs: WINDOW_MS - intervalMs };
  }

  /** Counts one request; a refused one costs nothing. `now` in milliseconds, from any start. */
  take(key: string, now: number): RateDecision {
    const decision = decideRate(this.arrivalTimes.get(key) ?? null, now, this.rate);
    if (decision.allowed) this.arrivalTimes.set(key, decision.arrivalTime);
    return decision;
  }
}
