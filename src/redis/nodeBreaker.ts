import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';

import { isSilence } from './failures';

/** Failures in a row after which a node counts as unavailable, and calls to it fail at once. */
const FAILURES_TO_OPEN = 5;
/** How long until one call is let through to see whether it is back. */
const PROBE_AFTER_MS = 500;

/**
 * The circuit breaker of one node: cockatiel's. While all is well it is only notified of how calls ended, since a call through
 * it costs 3 µs; once it is open, calls go through `probe`.
 */
export class NodeBreaker {
  private readonly silences = new ConsecutiveBreaker(FAILURES_TO_OPEN);
  private readonly policy: CircuitBreakerPolicy = circuitBreaker(handleWhen(isSilence), {
    halfOpenAfter: PROBE_AFTER_MS,
    breaker: this.silences,
  });

  get isClosed(): boolean {
    return this.policy.state === CircuitState.Closed;
  }

  /** A call that began while the breaker was closed got its reply. */
  succeeded(): void {
    this.silences.success();
  }

  /** A call that began while the breaker was closed failed. */
  async failed(error: unknown): Promise<void> {
    // Once open, the failures of calls that were in flight are no news, and must not be taken for the probe's.
    if (!isSilence(error) || !this.isClosed) return;
    await this.policy.execute(() => Promise.reject(error as Error)).catch(() => undefined);
  }

  /**
   * A call while the breaker is not closed.
   * @throws BrokenCircuitError without a call, but for one call at a time that is let through to see
   */
  async probe<T>(call: () => Promise<T>): Promise<T> {
    // cockatiel would let further calls wait for the probe in flight; they fail at once instead.
    if (this.policy.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return this.policy.execute(call);
  }
}
