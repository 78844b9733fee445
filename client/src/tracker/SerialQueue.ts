import type { AbortSignalLike } from '../connection/abort.js';
import type { Clock } from '../connection/clock.js';
import { FailureError, failure, failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { request, type Request } from '../connection/request.js';
import { maxRetries, requestRetryPolicy, retryDelayMs } from '../connection/retry.js';

export interface SerialQueueOptions {
  clock: Clock;
  random: () => number;
  requestTimeoutMs: number;
  /** Called before each retry. */
  onRetry: (failure: JourneyFailure) => void;
}

/**
 * One request at a time for a session. What is added waits for the request in flight, but an urgent one (a trainer's
 * finger on a button) does not wait for its retries.
 */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();
  private inFlight: Request<unknown> | null = null;
  private endPause: () => void = () => undefined;
  private urgent = 0;
  private closed = false;

  constructor(private readonly options: SerialQueueOptions) {}

  /** Runs `work` when everything before it has settled. */
  add<T>(work: () => Promise<T>, { urgent = false } = {}): Promise<T> {
    if (urgent) {
      this.urgent += 1;
      this.endPause();
    }
    const added = this.last.then(() => {
      if (urgent) this.urgent -= 1;
      return work();
    });
    this.last = added.catch(() => undefined);
    return added;
  }

  /** Adds one request. */
  request<T>(
    once: (signal: AbortSignalLike) => Promise<T>,
    { urgent = false, retries = maxRetries } = {},
  ): Promise<T> {
    return this.add(() => this.send(once, retries), { urgent });
  }

  /** Within `add`: sends, and sends again after a transient failure. Rejects with a FailureError. */
  async send<T>(once: (signal: AbortSignalLike) => Promise<T>, retries = maxRetries): Promise<T> {
    const { clock, random, requestTimeoutMs, onRetry } = this.options;
    for (let retry = 0; ; retry += 1) {
      if (this.closed) throw new FailureError(failure('CLOSED', 'The tracker is closed.'));
      const sent = request(clock, requestTimeoutMs, once);
      this.inFlight = sent;
      try {
        return await sent.answer;
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

  /** Gives up the request in flight, which rejects with CLOSED. */
  close(): void {
    this.closed = true;
    this.inFlight?.cancel();
    this.endPause();
  }

  private pause(delayMs: number): Promise<void> {
    if (this.urgent > 0 || this.closed) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(delayMs, resolve);
      this.endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
