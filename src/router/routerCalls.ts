import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
} from 'cockatiel';

import type { GeoPoint } from '../domain/geo';
import { RouterError, type Router } from '../domain/router';

export interface RouterCall {
  readonly seconds: number;
  /** `ok`; `no_route`: the router knows no road there; or the failure. */
  readonly result: 'ok' | 'no_route' | 'timeout' | 'unreachable' | 'refused' | 'invalid';
}

export interface RouterCallsOptions {
  readonly router: Router;
  /** Deadline of one call. */
  readonly timeoutMs: number;
  readonly onCall?: (call: RouterCall) => void;
  /** The breaker opened, by this failure. */
  readonly onUnavailable?: (failure: RouterError) => void;
  /** The breaker closed again. */
  readonly onAvailable?: () => void;
}

/** Most calls at once, of one process. */
export const CONCURRENT_CALLS = 32;
/** After so many failures in a row the router counts as unavailable, and no call is made. */
const FAILURES_TO_OPEN = 5;
/** How long until one call finds out whether it is back. */
const PROBE_AFTER_MS = 5000;

/** Calls the router: each call within its deadline, a bounded number at once, through one circuit breaker. */
export class RouterCalls {
  private inFlight = 0;
  private openedAt = 0;
  private readonly stopping = new AbortController();
  private readonly breaker = circuitBreaker(handleType(RouterError), {
    halfOpenAfter: PROBE_AFTER_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  private readonly deadline;
  private onEnd: () => void = () => undefined;

  constructor(private readonly options: RouterCallsOptions) {
    // Aggressive: the call is over at its deadline, whatever the HTTP client still waits for.
    this.deadline = timeout(options.timeoutMs, TimeoutStrategy.Aggressive);
    this.breaker.onBreak((reason) => {
      this.openedAt = performance.now();
      if ('error' in reason) options.onUnavailable?.(reason.error as RouterError);
    });
    this.breaker.onReset(() => options.onAvailable?.());
  }

  get isUnavailable(): boolean {
    return this.breaker.state !== CircuitState.Closed;
  }

  /** How many more calls may begin now. While the router is unavailable: one, and none until it is time to try again. */
  get free(): number {
    if (!this.isUnavailable) return CONCURRENT_CALLS - this.inFlight;
    return this.inFlight === 0 && performance.now() - this.openedAt >= PROBE_AFTER_MS ? 1 : 0;
  }

  /** Waits for the end of one call in flight. */
  callEnded(): Promise<void> {
    return new Promise((resolve) => (this.onEnd = resolve));
  }

  /** Seconds of driving; null: no answer, or no road. Never rejects for a failure of the router. */
  async travelSeconds(from: GeoPoint, to: GeoPoint): Promise<number | null> {
    const startedAt = performance.now();
    const report = (result: RouterCall['result']): void =>
      this.options.onCall?.({ seconds: (performance.now() - startedAt) / 1000, result });
    this.inFlight += 1;
    try {
      const seconds = await this.breaker.execute(() => this.ask(from, to));
      report(seconds === null ? 'no_route' : 'ok');
      return seconds;
    } catch (error) {
      // It opened while this call's turn was being taken.
      if (error instanceof BrokenCircuitError) return null;
      if (!(error instanceof RouterError)) throw error;
      if (!this.stopping.signal.aborted) report(error.failure.toLowerCase() as RouterCall['result']);
      return null;
    } finally {
      this.inFlight -= 1;
      this.onEnd();
    }
  }

  /** Ends the calls in flight. */
  stop(): void {
    this.stopping.abort();
    this.options.router.close();
  }

  private async ask(from: GeoPoint, to: GeoPoint): Promise<number | null> {
    try {
      const { router } = this.options;
      return await this.deadline.execute(
        ({ signal }) => router.travelSeconds(from, to, signal),
        // A signal of this call: the listeners of all calls would pile up on a common one.
        AbortSignal.any([this.stopping.signal]),
      );
    } catch (error) {
      throw error instanceof TaskCancelledError ? new RouterError('TIMEOUT', 'no answer in time') : error;
    }
  }
}
