import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleWhen,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { storeUnavailable } from '../domain/errors';
import { DatabaseOutage } from './outage';

export type DatabaseOperation = 'findByIds' | 'page' | 'record' | 'ping';

export interface DatabaseCall {
  readonly operation: DatabaseOperation;
  readonly seconds: number;
  /** `unavailable`: an outage; `fault`: an internal error. */
  readonly outcome: 'ok' | 'unavailable' | 'fault';
}

export interface CallsOptions {
  /** Deadline of one call, including its wait for a connection. */
  readonly timeoutMs: number;
  readonly onCall?: (call: DatabaseCall) => void;
}

/** The number of consecutive failures after which the database counts as unavailable and calls fail at once. */
const FAILURES_TO_OPEN = 5;
/** How long the breaker stays open before one call may check whether the database is back. With that call's deadline this is less than 2 s. */
const PROBE_AFTER_MS = 500;

/** Runs the calls to the database: each within its deadline and through one circuit breaker. An outage is thrown as STORE_UNAVAILABLE. */
export class Calls {
  private readonly policy;

  constructor(private readonly options: CallsOptions) {
    const breaker = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: PROBE_AFTER_MS,
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    });
    // Aggressive, so that the caller gets its error at the deadline even while the driver still waits.
    this.policy = wrap(breaker, timeout(options.timeoutMs, TimeoutStrategy.Aggressive));
  }

  /** Runs a call, which must be safe to repeat: one that timed out may still take effect. */
  async run<Result>(operation: DatabaseOperation, call: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const report = (outcome: DatabaseCall['outcome']): void => {
      this.options.onCall?.({ operation, seconds: (performance.now() - startedAt) / 1000, outcome });
    };
    try {
      // Each call has a signal of its own: cockatiel's default signal is shared, so concurrent calls would pile up listeners on it.
      const result = await this.policy.execute(call, new AbortController().signal);
      report('ok');
      return result;
    } catch (error) {
      const outage = isOutage(error) || error instanceof BrokenCircuitError;
      report(outage ? 'unavailable' : 'fault');
      throw outage ? storeUnavailable('database', error) : error;
    }
  }
}

const isOutage = (error: unknown): boolean =>
  error instanceof DatabaseOutage || error instanceof TaskCancelledError;
