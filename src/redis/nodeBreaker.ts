import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';

import { isSilence } from './failures';

/** Failures in a row after which a node is taken to be away and calls to it fail at once. */
const FAILURES_TO_OPEN = 5;
/** How long until one call is let through to see whether it is back. */
const PROBE_AFTER_MS = 500;

/** The circuit breaker of one node: cockatiel's, which while all is well only hears of failures: a call through it costs 3 µs. */
export class NodeBreaker {
  private readonly silences = new ConsecutiveBreaker(FAILURES_TO_OPEN);
  private readonly policy: CircuitBreakerPolicy = circuitBreaker(handleWhen(isSilence), {
    halfOpenAfter: PROBE_AFTER_MS,
    breaker: this.silences,
  });

  get isClosed(): boolean {
    return this.policy.state === CircuitState.Closed;
  }

  /** @throws BrokenCircuitError without a call while the node is taken to be away; else what the call throws */
  async execute<T>(call: () => Promise<T>): Promise<T> {
    // cockatiel would let further calls wait for the probe under way; they fail at once instead.
    if (this.policy.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
    if (!this.isClosed) return this.policy.execute(call);
    try {
      const reply = await call();
      this.silences.success();
      return reply;
    } catch (error) {
      // Once open, the failures of calls that were under way are no news, and must not pass for the probe.
      if (isSilence(error) && this.isClosed) {
        await this.policy.execute(() => Promise.reject(error as Error)).catch(() => undefined);
      }
      throw error;
    }
  }
}
