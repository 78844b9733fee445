import { JourneyError } from '../domain/errors';
import { decideRate } from '../domain/rateLimit';
import type { Viewer } from '../domain/viewer';

const WINDOW_MS = 60_000;
/** The RateLimit header, 30 bytes, is worth its bytes from when no more than this share of the limit is left. */
const TELL_BELOW = 0.5;
/** Beyond it those who came first are forgotten, and start afresh. */
const REMEMBERED_USERS = 200_000;

/**
 * How many requests a trainer or a student may send in a minute: a bucket of so many, refilled evenly. It keeps
 * one phone gone wild from being everybody's trouble, and counts in this process alone: with several behind a
 * balancer a user may have as many times more. Operators and services, which ask for many, are not counted.
 */
export class RequestRate {
  private readonly arrivalTimes = new Map<string, number>();
  private readonly intervalMs: number;
  private readonly rate: Parameters<typeof decideRate>[2];

  constructor(
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.intervalMs = WINDOW_MS / perMinute;
    this.rate = { intervalMs: this.intervalMs, toleranceMs: WINDOW_MS - this.intervalMs };
  }

  /**
   * Counts one request.
   * @returns the RateLimit header's value; undefined while more than half is left, and for whom no limit holds
   * @throws RATE_LIMITED
   */
  take({ id, role }: Viewer): string | undefined {
    if (role === 'OPERATOR' || role === 'SERVICE') return undefined;
    const now = this.now();
    const decision = decideRate(this.arrivalTimes.get(id) ?? null, now, this.rate);
    if (!decision.allowed) {
      const retryAfterMs = Math.ceil(decision.retryAfterMs);
      throw new JourneyError(
        'RATE_LIMITED',
        `At most ${this.perMinute} requests a minute of one user; try again in ${retryAfterMs} ms.`,
        { retryAfterMs },
      );
    }
    this.arrivalTimes.set(id, decision.arrivalTime);
    if (this.arrivalTimes.size > REMEMBERED_USERS) {
      this.arrivalTimes.delete(this.arrivalTimes.keys().next().value!);
    }
    const spentMs = decision.arrivalTime - now;
    const left = Math.floor((WINDOW_MS - spentMs) / this.intervalMs);
    return left > this.perMinute * TELL_BELOW ? undefined : this.header(left, spentMs);
  }

  /** The header on a refused request. */
  get spent(): string {
    return this.header(0, WINDOW_MS);
  }

  /** Of draft-ietf-httpapi-ratelimit-headers: so many requests are left, and in so many seconds all are again. */
  private header(left: number, fullInMs: number): string {
    return `"user";r=${left};t=${Math.ceil(fullInMs / 1000)}`;
  }

  /** The RateLimit-Policy header's value. */
  get policy(): string {
    return `"user";q=${this.perMinute};w=${WINDOW_MS / 1000}`;
  }
}
