import { systemClock, type Clock } from './clock.js';
import { failureOf, kindOf, type JourneyFailure } from './failure.js';
import { request, type CancelSignal, type Request } from './request.js';
import { pollRetryPolicy, retryDelayMs } from './retry.js';
import type { VisibilitySource } from './visibility.js';

/** PAUSED: in the background. STOPPED: the service said so, or refused for good. */
export type Polling = 'ACTIVE' | 'PAUSED' | 'STOPPED';

export interface PollerOptions<T> {
  ask(signal: CancelSignal): Promise<T>;
  /** Says when to ask next; null: stop asking. */
  onAnswer(answer: T): number | null;
  onFailure(failure: JourneyFailure): void;
  onPolling(polling: Polling): void;
  requestTimeoutMs: number;
  clock?: Clock;
  random?: () => number;
}

/** A token that ran out is for the app to renew; this often it is seen whether it did. */
const unauthenticatedPaceMs = 30_000;
/** So often, five minutes long; then it is not being renewed, and `pollNow` is for the app that has a new one. */
const maxUnauthenticatedTries = 10;

/**
 * Asks again and again at the pace of the answers, one request at a time: through errors with backoff, not in the
 * background, at once on return to the front, and never again once told to stop.
 */
export class Poller<T> {
  private readonly clock: Clock;
  private readonly random: () => number;
  private visibility: VisibilitySource | null = null;
  private unsubscribe: () => void = () => undefined;
  private cancelTimer: () => void = () => undefined;
  private inFlight: { request: Request<T>; sinceMs: number } | null = null;
  private polling: Polling = 'STOPPED';
  private opened = false;
  private failures = 0;
  private unauthenticatedTries = 0;
  /** Before this the service asked to be left alone. */
  private notBeforeMs = 0;

  constructor(private readonly options: PollerOptions<T>) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
  }

  /** Nothing is asked before `seeBy` has said whether anybody looks. */
  open(): void {
    this.opened = true;
    this.become('PAUSED');
  }

  /** Takes another source of visibility; when it says the same as the last one, nothing else happens. */
  seeBy(visibility: VisibilitySource): void {
    if (!this.opened || visibility === this.visibility) return;
    this.unsubscribe();
    this.visibility = visibility;
    this.unsubscribe = visibility.subscribe((visible) => this.onVisible(visible));
    this.onVisible(visibility.isVisible());
  }

  close(): void {
    this.opened = false;
    this.unsubscribe();
    this.visibility = null;
    this.cancelTimer();
    this.drop();
  }

  /** Asks at once, or as soon as the service allows; starts a stopped poller again. */
  pollNow(): void {
    if (!this.opened) return;
    this.become(this.visibility?.isVisible() ? 'ACTIVE' : 'PAUSED');
    if (this.polling === 'ACTIVE') this.poll();
  }

  private onVisible(visible: boolean): void {
    if (this.polling === 'STOPPED') return;
    if (!visible) {
      this.become('PAUSED');
      this.cancelTimer();
    } else if (this.polling === 'PAUSED') {
      this.become('ACTIVE');
      // The timers of a sleeping app sleep too: a request older than its deadline is dead, not under way.
      const { requestTimeoutMs } = this.options;
      if (this.inFlight && this.clock.now() - this.inFlight.sinceMs >= requestTimeoutMs) this.drop();
      this.poll();
    }
  }

  private become(polling: Polling): void {
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
    const waitMs = this.notBeforeMs - this.clock.now();
    if (waitMs > 0) return this.schedule(waitMs);
    const asked = request(this.clock, this.options.requestTimeoutMs, this.options.ask);
    this.inFlight = { request: asked, sinceMs: this.clock.now() };
    const isCurrent = (): boolean => this.inFlight?.request === asked;
    asked.answer.then(
      (answer) => isCurrent() && this.onAnswer(answer),
      (error) => isCurrent() && this.onFailure(failureOf(error)),
    );
  }

  private onAnswer(answer: T): void {
    this.inFlight = null;
    this.failures = 0;
    this.unauthenticatedTries = 0;
    this.notBeforeMs = 0;
    const paceMs = this.options.onAnswer(answer);
    if (paceMs === null) this.become('STOPPED');
    else this.schedule(paceMs);
  }

  private onFailure(failure: JourneyFailure): void {
    this.inFlight = null;
    this.options.onFailure(failure);
    const kind = kindOf(failure);
    this.unauthenticatedTries = kind === 'UNAUTHENTICATED' ? this.unauthenticatedTries + 1 : 0;
    if (kind === 'GONE' || kind === 'REFUSED' || this.unauthenticatedTries > maxUnauthenticatedTries) {
      this.unauthenticatedTries = 0;
      this.become('STOPPED');
      return;
    }
    const delayMs =
      kind === 'UNAUTHENTICATED'
        ? unauthenticatedPaceMs
        : retryDelayMs(this.failures, failure.retryAfterMs, this.random, pollRetryPolicy);
    this.failures += 1;
    if (failure.retryAfterMs !== null) this.notBeforeMs = this.clock.now() + delayMs;
    this.schedule(delayMs);
  }

  private schedule(delayMs: number): void {
    if (this.polling !== 'ACTIVE') return;
    this.cancelTimer = this.clock.after(delayMs, () => this.poll());
  }
}
