import type { Clock } from '../connection/clock.js';
import { FailureError, failure, failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { request, type CancelSignal, type Request } from '../connection/request.js';
import { maxRetries, requestRetryPolicy, retryDelayMs } from '../connection/retry.js';

export interface RequestLaneOptions {
  clock: Clock;
  random: () => number;
  requestTimeoutMs: number;
  /** Told of each try that will be repeated. */
  onRetry(failure: JourneyFailure): void;
}

/**
 * One request at a time for a session, each repeated while that makes sense. Whoever comes waits for the one under way,
 * but not for its retries when what comes is urgent: a trainer's finger on a button.
 */
export class RequestLane {
  private last: Promise<unknown> = Promise.resolve();
  private inFlight: Request<unknown> | null = null;
  private cutPause: () => void = () => undefined;
  private urgent = 0;
  private closed = false;

  constructor(private readonly options: RequestLaneOptions) {}

  /** Runs `work` when everything before it has settled. */
  enter<T>(work: () => Promise<T>, { urgent = false } = {}): Promise<T> {
    if (urgent) {
      this.urgent += 1;
      this.cutPause();
    }
    const entered = this.last.then(() => {
      if (urgent) this.urgent -= 1;
      return work();
    });
    this.last = entered.catch(() => undefined);
    return entered;
  }

  /** Inside `enter`: asks, and asks again after a transient failure. Rejects with a FailureError. */
  async ask<T>(once: (signal: CancelSignal) => Promise<T>, retries = maxRetries): Promise<T> {
    const { clock, random, requestTimeoutMs, onRetry } = this.options;
    for (let retry = 0; ; retry += 1) {
      if (this.closed) throw new FailureError(failure('CLOSED', 'The tracker was closed.'));
      const asked = request(clock, requestTimeoutMs, once);
      this.inFlight = asked;
      try {
        return await asked.answer;
      } catch (error) {
        const reason = failureOf(error);
        if (kindOf(reason) !== 'TRANSIENT' || retry >= retries) throw new FailureError(reason);
        onRetry(reason);
        await this.pause(retryDelayMs(retry, reason.retryAfterMs, random, requestRetryPolicy));
        if (this.urgent > 0) throw new FailureError(reason);
      } finally {
        this.inFlight = null;
      }
    }
  }

  open(): void {
    this.closed = false;
  }

  /** Lets go of what is under way; it rejects with CLOSED. */
  close(): void {
    this.closed = true;
    this.inFlight?.cancel();
    this.cutPause();
  }

  private pause(delayMs: number): Promise<void> {
    if (this.urgent > 0 || this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(delayMs, resolve);
      this.cutPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
