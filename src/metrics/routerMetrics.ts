import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

import type { RouterTurn } from '../domain/router';
import type { RouterObserver } from '../router/createRouterWorker';
import type { RouterCall } from '../router/routerCalls';

/** The metrics of the calls to the road router; there are none where no router is configured. */
export class RouterMetrics implements RouterObserver {
  private readonly registers: Registry[];
  private readonly calls;
  private readonly callSeconds;
  private readonly answerAgeSeconds;

  constructor(registry: Registry) {
    this.registers = [registry];
    const { registers } = this;
    this.calls = new Counter({
      name: 'journey_router_calls_total',
      help: 'Calls to the road router: ok, no_route (it knows no road there), timeout, unreachable (no connection), refused (an error of its own), invalid (an answer that is none)',
      labelNames: ['result'],
      registers,
    });
    this.callSeconds = new Histogram({
      name: 'journey_router_call_duration_seconds',
      help: 'Time of one call to the road router, failures included',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
      registers,
    });
    this.answerAgeSeconds = new Histogram({
      name: 'journey_router_answer_age_seconds',
      help: 'Age of the answer in use when its journey has the next turn; none is observed for a first turn',
      buckets: [15, 30, 35, 40, 50, 60, 90, 120, 180, 300],
      registers,
    });
  }

  called({ result, seconds }: RouterCall): void {
    this.calls.inc({ result });
    this.callSeconds.observe(seconds);
  }

  turnTaken({ answerAgeMs }: RouterTurn): void {
    if (answerAgeMs !== null) this.answerAgeSeconds.observe(answerAgeMs / 1000);
  }

  watchBreaker(isOpen: () => boolean): void {
    new Gauge({
      name: 'journey_router_away',
      help: '1 while this process makes no calls to the road router, because its circuit breaker is open',
      registers: this.registers,
      collect() {
        this.set(isOpen() ? 1 : 0);
      },
    });
  }
}
