import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';

import { isSilence } from './failures';

/** The number of consecutive failures after which a node counts as unavailable and calls to it fail at once. */
const FAILURES_TO_OPEN = 5;
/** How long the breaker stays open before one call may check whether the node is back. */
const PROBE_AFTER_MS = 500;

/**
 * The circuit breaker of one node, by cockatiel. While it is closed, only the results of calls are reported to it,
 * because a call through it costs 3 µs. While it is not closed, calls go through `probe`.
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
    // Once it is open, the failures of calls that began before must not count as the result of the probe.
    if (!isSilence(error) || !this.isClosed) return;
    await this.policy.execute(() => Promise.reject(error as Error)).catch(() => undefined);
  }

  /**
   * Makes a call while the breaker is not closed. One call at a time is let through, to check whether the node is back.
   * @throws BrokenCircuitError at once for all others
   */
  async probe<T>(call: () => Promise<T>): Promise<T> {
    // cockatiel would let further calls wait for the pending probe; they fail at once instead.
    if (this.policy.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    return this.policy.execute(call);
  }
}
