import type { Clock } from '../connection/clock.js';
import { request } from '../connection/request.js';
import { tokenRetry } from '../connection/retry.js';

/** Asking the app for its token may cost a request to its login. */
const tokenCheckIntervalMs = 5000;
const laterIntervalMs = 60_000;
/** A login that does not answer must not keep fixes from being sent. */
const tokenTimeoutMs = 10_000;

/**
 * When to try again after a 401: as polls do at first, later rarely, and at once when the app has another token than the
 * one that was refused.
 */
export class TokenRetry {
  private tries = 0;
  private checkAtMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly hasNewToken: (() => Promise<boolean>) | undefined,
  ) {}

  get isWaiting(): boolean {
    return this.tries > 0;
  }

  /** Nobody seems to be renewing the token: only something new is worth a request. */
  get isExhausted(): boolean {
    return this.tries > tokenRetry.maxTries;
  }

  /** Returns how long to wait. */
  onRefused(): number {
    this.tries += 1;
    this.checkAtMs = this.clock.monotonicNow() + tokenCheckIntervalMs;
    return this.isExhausted ? laterIntervalMs : tokenRetry.intervalMs;
  }

  reset(): void {
    this.tries = 0;
  }

  /** When to look at the token again; Infinity: never. */
  get nextCheckMs(): number {
    return this.isWaiting && this.hasNewToken ? this.checkAtMs : Infinity;
  }

  /** False also when the app can't say. */
  async isRenewed(): Promise<boolean> {
    const { hasNewToken } = this;
    this.checkAtMs = this.clock.monotonicNow() + tokenCheckIntervalMs;
    if (!hasNewToken) return false;
    return request(this.clock, tokenTimeoutMs, () => hasNewToken()).answer.catch(() => false);
  }
}
