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

export type DatabaseOperation =
  'findByIds' | 'page' | 'record' | 'recordReads' | 'newestOf' | 'unattended' | 'deleteOld' | 'ping';

export interface DatabaseCall {
  readonly operation: DatabaseOperation;
  readonly seconds: number;
  /** `unavailable`: an outage; `fault`: an internal error. */
  readonly outcome: 'ok' | 'unavailable' | 'fault';
}

export interface CallsOptions {
  /** Deadline of one call, its wait for a connection counted. */
  readonly timeoutMs: number;
  readonly onCall?: (call: DatabaseCall) => void;
}

/** After so many failures in a row the database counts as unavailable, and calls fail at once. */
const FAILURES_TO_OPEN = 5;
/** After this time one call checks whether it is back. With the call's own deadline: back within 2 s. */
const PROBE_AFTER_MS = 500;

/** Runs the calls to the database: each within its deadline, through one circuit breaker, an outage as STORE_UNAVAILABLE. */
export class Calls {
  private readonly policy;

  constructor(private readonly options: CallsOptions) {
    const breaker = circuitBreaker(handleWhen(isOutage), {
      halfOpenAfter: PROBE_AFTER_MS,
      breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
    });
    // Aggressive: the caller is answered at the deadline, whatever the driver still waits for.
    this.policy = wrap(breaker, timeout(options.timeoutMs, TimeoutStrategy.Aggressive));
  }

  /** A call that was not answered in time may still take effect: it must be safe to repeat. */
  async run<Result>(operation: DatabaseOperation, call: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    const report = (outcome: DatabaseCall['outcome']): void => {
      this.options.onCall?.({ operation, seconds: (performance.now() - startedAt) / 1000, outcome });
    };
    try {
      // A signal of its own: cockatiel's default is one for all, on which calls at the same time pile up listeners.
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
