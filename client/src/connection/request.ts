import { newAbortController, type AbortSignalLike } from './abort.js';
import type { Clock } from './clock.js';
import { FailureError, failure } from './failure.js';

export interface Request<T> {
  readonly answer: Promise<T>;
  /** Gives up: the answer rejects with CLOSED and the connection is released. */
  cancel(): void;
}

/**
 * Sends a request with a deadline. A phone in a tunnel holds a dead connection for minutes, and no next request may
 * start meanwhile; so at the deadline this one is really aborted.
 */
export function request<T>(
  clock: Clock,
  timeoutMs: number,
  send: (signal: AbortSignalLike) => Promise<T>,
): Request<T> {
  const controller = newAbortController();
  let giveUp!: (error: FailureError) => void;
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject));
  const end = (error: FailureError): void => {
    giveUp(error);
    controller.abort();
  };
  const cancelTimer = clock.after(timeoutMs, () =>
    end(new FailureError(failure('TIMEOUT', `No answer within ${timeoutMs} ms.`))),
  );
  // Inside a promise, so that a `send` that throws is a failure like any other.
  const sent = new Promise<T>((resolve) => resolve(send(controller.signal)));
  return {
    answer: Promise.race([sent, givenUp]).finally(cancelTimer),
    cancel: () => end(new FailureError(failure('CLOSED', 'The request was given up.'))),
  };
}
