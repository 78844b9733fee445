import type { Clock } from './clock.js';
import { FailureError, failure } from './failure.js';

/** Given to fetch; its type belongs to the platform. */
export type CancelSignal = unknown;

interface Canceller {
  readonly signal: CancelSignal;
  abort(): void;
}

const newCanceller = (): Canceller => {
  const { AbortController } = globalThis as unknown as { AbortController: new () => Canceller };
  return new AbortController();
};

export interface Request<T> {
  readonly answer: Promise<T>;
  /** Gives up: the answer rejects with CLOSED and the connection is let go. */
  cancel(): void;
}

/**
 * Asks with a deadline. A phone in a tunnel holds a dead connection for minutes, and no next request may start
 * meanwhile; so at the deadline this one is really given up.
 */
export function request<T>(
  clock: Clock,
  timeoutMs: number,
  ask: (signal: CancelSignal) => Promise<T>,
): Request<T> {
  const canceller = newCanceller();
  let giveUp!: (error: FailureError) => void;
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject));
  const end = (error: FailureError): void => {
    giveUp(error);
    canceller.abort();
  };
  const cancelTimer = clock.after(timeoutMs, () =>
    end(new FailureError(failure('TIMEOUT', `No answer within ${timeoutMs} ms.`))),
  );
  const asked = ask(canceller.signal);
  return {
    answer: Promise.race([asked, givenUp]).finally(cancelTimer),
    cancel: () => end(new FailureError(failure('CLOSED', 'The request was given up.'))),
  };
}
