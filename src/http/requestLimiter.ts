import { LRUCache } from 'lru-cache';

import { JourneyError } from '../domain/errors';
import { decideRate } from '../domain/rateLimit';
import type { Viewer } from '../domain/viewer';

const WINDOW_MS = 60_000;
/** The RateLimit header, 30 bytes, is sent when no more than this share of the limit is left. */
const HEADER_BELOW = 0.5;
/** Beyond it, users who have sent nothing for the longest time start afresh. */
const MAX_USERS = 200_000;

export interface RateDecision {
  /** RateLimit, and RateLimit-Policy in a refusal. */
  readonly headers: Readonly<Record<string, string>>;
  /** The request is one too many. */
  readonly error?: JourneyError<'RATE_LIMITED'>;
}

export interface RequestLimiterOptions {
  readonly perMinute: number;
  /** In milliseconds, from any start. */
  readonly now?: () => number;
  readonly maxUsers?: number;
}

/**
 * How many requests a trainer or a student may send in a minute: a bucket of so many, refilled evenly. It keeps
 * one faulty phone from slowing everybody down, and counts in this process alone: with several behind a balancer a
 * user may send as many times more. Operators and services, which send many, are not counted.
 */
export class RequestLimiter {
  private readonly perMinute: number;
  private readonly now: () => number;
  /** In order of their last request, refused ones included: a busy user is never the one to be evicted. */
  private readonly arrivalTimes: LRUCache<string, number>;
  private readonly intervalMs: number;
  private readonly rate: Parameters<typeof decideRate>[2];

  constructor({ perMinute, now = () => performance.now(), maxUsers = MAX_USERS }: RequestLimiterOptions) {
    this.perMinute = perMinute;
    this.now = now;
    this.arrivalTimes = new LRUCache({ max: maxUsers });
    this.intervalMs = WINDOW_MS / perMinute;
    this.rate = { intervalMs: this.intervalMs, toleranceMs: WINDOW_MS - this.intervalMs };
  }

  /** Counts one request. undefined while more than half is left, and for users without a limit. */
  take({ id, role }: Viewer): RateDecision | undefined {
    if (role === 'OPERATOR' || role === 'SERVICE') return undefined;
    const now = this.now();
    const decision = decideRate(this.arrivalTimes.get(id) ?? null, now, this.rate);
    if (!decision.allowed) {
      const retryAfterMs = Math.ceil(decision.retryAfterMs);
      const message = `At most ${this.perMinute} requests a minute of one user; try again in ${retryAfterMs} ms.`;
      return {
        headers: {
          ...this.headers(0, WINDOW_MS),
          'ratelimit-policy': `"user";q=${this.perMinute};w=${WINDOW_MS / 1000}`,
        },
        error: new JourneyError('RATE_LIMITED', message, { retryAfterMs }),
      };
    }
    this.arrivalTimes.set(id, decision.arrivalTime);
    const usedMs = decision.arrivalTime - now;
    const left = Math.floor((WINDOW_MS - usedMs) / this.intervalMs);
    return left > this.perMinute * HEADER_BELOW ? undefined : { headers: this.headers(left, usedMs) };
  }

  /** By draft-ietf-httpapi-ratelimit-headers: so many requests are left, and in so many seconds all are available again. */
  private headers(left: number, fullInMs: number): { readonly ratelimit: string } {
    return { ratelimit: `"user";r=${left};t=${Math.ceil(fullInMs / 1000)}` };
  }
}
