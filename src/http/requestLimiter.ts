import { JourneyError } from '../domain/errors';
import { RateBuckets, WINDOW_MS } from '../domain/rateBuckets';
import type { Viewer } from '../domain/viewer';

/** The RateLimit header, 30 bytes, is sent when no more than this share of the limit is left. */
const HEADER_BELOW = 0.5;
/** Beyond it, users who have sent nothing for the longest time start afresh. */
const MAX_USERS = 200_000;
/** Anybody can invent shares: they must not evict users, so they are counted apart. */
const MAX_GUESTS = 50_000;

export interface RequestDecision {
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
 * How many requests a trainer, a student or the guests of one share may send in a minute. It keeps one faulty phone
 * from slowing everybody down, and counts in this process alone: with several behind a balancer a user may send as
 * many times more. Operators and services, which send many, are not counted.
 */
export class RequestLimiter {
  private readonly perMinute: number;
  private readonly now: () => number;
  private readonly users: RateBuckets;
  /** By the hash of the share's secret. */
  private readonly guests: RateBuckets;

  constructor({ perMinute, now = () => performance.now(), maxUsers = MAX_USERS }: RequestLimiterOptions) {
    this.perMinute = perMinute;
    this.now = now;
    this.users = new RateBuckets(perMinute, maxUsers);
    this.guests = new RateBuckets(perMinute, MAX_GUESTS);
  }

  /** Counts one request. undefined while more than half is left, and for users without a limit. */
  take(viewer: Viewer): RequestDecision | undefined {
    const { role } = viewer;
    if (role === 'OPERATOR' || role === 'SERVICE') return undefined;
    const now = this.now();
    const decision =
      role === 'GUEST' ? this.guests.take(viewer.secretHash, now) : this.users.take(viewer.id, now);
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
    const usedMs = decision.arrivalTime - now;
    const left = Math.floor(((WINDOW_MS - usedMs) / WINDOW_MS) * this.perMinute);
    return left > this.perMinute * HEADER_BELOW ? undefined : { headers: this.headers(left, usedMs) };
  }

  /** By draft-ietf-httpapi-ratelimit-headers: so many requests are left, and in so many seconds all are available again. */
  private headers(left: number, fullInMs: number): { readonly ratelimit: string } {
    return { ratelimit: `"user";r=${left};t=${Math.ceil(fullInMs / 1000)}` };
  }
}
