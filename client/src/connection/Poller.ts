import type { AbortSignalLike } from './abort.js';
import { systemClock, type Clock } from './clock.js';
import { EventClock } from './EventClock.js';
import { failureOf, kindOf, type JourneyFailure } from './failure.js';
import { request, type Request } from './request.js';
import { pollRetryPolicy, retryDelayMs, tokenRetry } from './retry.js';
import type { VisibilitySource } from './visibility.js';

/** PAUSED: in the background. STOPPED: the service said so, or refused for good. */
export type Polling = 'ACTIVE' | 'PAUSED' | 'STOPPED';

export interface PollerOptions<T> {
  send: (signal: AbortSignalLike) => Promise<T>;
  /** Returns when to ask next; null: stop asking. An answer that makes it throw counts as a failure. */
  onAnswer: (answer: T) => number | null;
  onFailure: (failure: JourneyFailure) => void;
  onPolling: (polling: Polling) => void;
  /** The app is in front again, or `pollNow` was called: the next poll asks about everything. */
  onFullPoll?(): void;
  requestTimeoutMs: number;
  clock?: Clock;
  random?: () => number;
}

/**
 * Polls at the interval that the answers ask for, one request at a time: through errors with backoff, not in the
 * background, and once at each return to the front, also when the service had stopped it.
 */
export class Poller<T> {
  private readonly clock: EventClock;
  private readonly random: () => number;
  private visibility: VisibilitySource | null = null;
  private unsubscribe: () => void = () => undefined;
  private cancelTimer: () => void = () => undefined;
  private inFlight: { request: Request<T>; sinceMs: number } | null = null;
  private polling: Polling = 'STOPPED';
  private opened = false;
  private visible = false;
  private failures = 0;
  private unauthenticatedTries = 0;
  /** The service asked for no request before this, by the monotonic clock. */
  private notBeforeMs = 0;

  constructor(private readonly options: PollerOptions<T>) {
    this.clock = new EventClock(options.clock ?? systemClock);
    this.random = options.random ?? Math.random;
  }

  /** Nothing is sent before `setVisibility` has said whether anybody looks. */
  open(): void {
    this.opened = true;
    this.visible = false;
    this.setPolling('PAUSED');
  }

  /** Takes another source of visibility; when it says the same as the last one, nothing else happens. */
  setVisibility(visibility: VisibilitySource): void {
    if (!this.opened || visibility === this.visibility) return;
    this.unsubscribe();
    this.visibility = visibility;
    this.unsubscribe = visibility.subscribe((visible) => this.onVisible(visible));
    this.onVisible(visibility.isVisible());
  }

  close(): void {
    this.opened = false;
    this.unsubscribe();
    this.unsubscribe = () => undefined;
    this.visibility = null;
    this.cancelTimer();
    this.drop();
  }

  /** Polls at once, or as soon as the service allows, about everything; starts a stopped poller again. */
  pollNow(): void {
    this.options.onFullPoll?.();
    this.pollDue();
  }

  /** The same for what is due, say because it is new. */
  pollDue(): void {
    if (!this.opened) return;
    // Timers sleep with the app: a request older than its deadline is dead, not in flight.
    if (this.inFlight && this.clock.monotonicNow() - this.inFlight.sinceMs >= this.options.requestTimeoutMs)
      this.drop();
    this.setPolling(this.visible ? 'ACTIVE' : 'PAUSED');
    if (this.polling === 'ACTIVE') this.poll();
  }

  private onVisible(visible: boolean): void {
    if (!this.opened || visible === this.visible) return;
    this.visible = visible;
    if (visible) {
      // What was stopped is asked about once more: the trainer may have left meanwhile.
      this.pollNow();
    } else {
      this.cancelTimer();
      if (this.polling === 'ACTIVE') this.setPolling('PAUSED');
    }
  }

  private setPolling(polling: Polling): void {
    if (this.polling === polling) return;
    this.polling = polling;
    this.options.onPolling(polling);
  }

  private drop(): void {
    const dropped = this.inFlight;
    this.inFlight = null;
    dropped?.request.cancel();
  }

  private poll(): void {
    if (this.inFlight) return;
    this.cancelTimer();
    const waitMs = this.notBeforeMs - this.clock.monotonicNow();
    if (waitMs > 0) return this.schedule(waitMs);
    const sent = request(this.clock, this.options.requestTimeoutMs, this.options.send);
    this.inFlight = { request: sent, sinceMs: this.clock.monotonicNow() };
    const isCurrent = (): boolean => this.inFlight?.request === sent;
    sent.answer
      .then((answer) => {
        if (isCurrent()) this.onAnswer(answer);
      })
      .catch((error: unknown) => {
        if (isCurrent()) this.onFailure(failureOf(error));
      });
  }

  private onAnswer(answer: T): void {
    // Throws when the answer makes no sense: then it counts as a failure, and the polls go on.
    const intervalMs = this.options.onAnswer(answer);
    this.inFlight = null;
    this.failures = 0;
    this.unauthenticatedTries = 0;
    this.notBeforeMs = 0;
    if (intervalMs === null) this.setPolling('STOPPED');
    else this.schedule(intervalMs);
  }

  private onFailure(failure: JourneyFailure): void {
    this.inFlight = null;
    const kind = kindOf(failure);
    this.unauthenticatedTries = kind === 'UNAUTHENTICATED' ? this.unauthenticatedTries + 1 : 0;
    if (kind === 'GONE' || kind === 'REFUSED' || this.unauthenticatedTries > tokenRetry.maxTries) {
      this.unauthenticatedTries = 0;
      this.options.onFailure(failure);
      this.setPolling('STOPPED');
      return;
    }
    const delayMs =
      kind === 'UNAUTHENTICATED'
        ? tokenRetry.intervalMs
        : retryDelayMs(this.failures, failure.retryAfterMs, this.random, pollRetryPolicy);
    this.failures += 1;
    if (failure.retryAfterMs !== null) this.notBeforeMs = this.clock.monotonicNow() + delayMs;
    this.schedule(delayMs);
    this.options.onFailure(failure);
  }

  private schedule(delayMs: number): void {
    if (this.polling !== 'ACTIVE') return;
    this.cancelTimer();
    this.cancelTimer = this.clock.after(delayMs, () => this.poll());
  }
}
