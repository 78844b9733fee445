import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { JourneyChange } from '../domain/journey';
import type { LiveLocation } from '../domain/liveLocation';
import { eventKindOf, eventKinds, type Kind } from '../events/eventKinds';
import { Durations } from './durations';
import { Tally } from './tally';

/** The two outbox streams: to the event bus, and to the durable record. */
export type Stream = 'events' | 'records';

export interface AnsweredRequest {
  /** Root fields, joined by a comma. */
  readonly operation: string;
  /** `OK`, or the first error's code. */
  readonly code: string;
  /** How it was answered. */
  readonly path: string;
}

interface StoreCall {
  readonly seconds: number;
  /** `ok`, or what went wrong. */
  readonly outcome: string;
}

interface StreamFigures {
  readonly waiting: number;
  readonly fullest: number;
  readonly oldestAgeMs: number;
  readonly dead: number;
}

/** A label for every request that is not exactly one field of the schema: labels must stay few whatever is asked. */
const OTHER = 'other';

/**
 * What the process tells of its work. Every label's values are of a list of ours: neither ids nor any text of a
 * user gets in. Gauges are read when somebody scrapes.
 */
export class ServiceMetrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];

  /** `isOperation`: whether it is a root field of the schema. */
  constructor(private readonly isOperation: (name: string) => boolean) {}

  private readonly requests = new Tally(['operation', 'code', 'path'], {
    name: 'journey_http_requests_total',
    help: 'GraphQL requests by root field (several, or none of the schema: other), code of the answer (OK, or that of the first error), and path (compiled: a compiled document; apollo: Apollo Server; rejected: refused before execution)',
    registers: this.registers,
  });
  private readonly requestSeconds = new Durations({
    name: 'journey_http_request_duration_seconds',
    help: 'Time from the head of a GraphQL request to the end of its answer',
    labelName: 'operation',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: this.registers,
  });
  private readonly redisSeconds = new Durations({
    name: 'journey_redis_call_duration_seconds',
    help: 'Time of one step in Redis, failures included',
    labelName: 'step',
    buckets: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: this.registers,
  });
  private readonly redisErrors = new Counter({
    name: 'journey_redis_errors_total',
    help: 'Steps that failed: unsent (no connection, or the breaker is open), refused by the server, unknown (no reply), fault (ours)',
    labelNames: ['step', 'outcome'],
    registers: this.registers,
  });
  private readonly databaseSeconds = new Histogram({
    name: 'journey_database_call_duration_seconds',
    help: 'Time of one call to PostgreSQL, its wait for a connection and failures included',
    labelNames: ['operation'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: this.registers,
  });
  private readonly databaseErrors = new Counter({
    name: 'journey_database_errors_total',
    help: 'Calls that failed: unavailable (an outage), fault (ours)',
    labelNames: ['operation', 'outcome'],
    registers: this.registers,
  });
  private readonly polls = new Tally(['state', 'signal'], {
    name: 'journey_polls_total',
    help: 'Looks at a live location by the state told, and the signal (NONE: no fix yet, or not under way)',
    registers: this.registers,
  });
  /** One counter for each kind of change. */
  private readonly recordedChanges = new Map(
    Object.entries(eventKinds).map(([kind, { counter }]) => {
      const { name, help, labelNames } = counter;
      return [kind as Kind, new Counter({ name, help, labelNames, registers: this.registers })];
    }),
  );
  private readonly overdue = new Gauge({
    name: 'journey_deadlines_overdue',
    help: 'Journeys past their deadline that the last sweep found, before it ended them',
    registers: this.registers,
  });
  private readonly deliverySeconds = new Histogram({
    name: 'journey_outbox_delivery_seconds',
    help: 'Time from a change to its delivery',
    labelNames: ['stream'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300, 3600],
    registers: this.registers,
  });
  private readonly deliveryFailures = new Counter({
    name: 'journey_outbox_failures_total',
    help: 'Deliveries that failed and are tried again',
    labelNames: ['stream'],
    registers: this.registers,
  });
  private readonly depth = new Gauge({
    name: 'journey_outbox_depth',
    help: 'Changes not yet delivered, of all processes: take the maximum over processes, not the sum',
    labelNames: ['stream'],
    registers: this.registers,
  });
  private readonly fullest = new Gauge({
    name: 'journey_outbox_fullest_partition',
    help: 'Changes in the longest of the 64 partitions; at OUTBOX_MAX_LENGTH the oldest are lost',
    labelNames: ['stream'],
    registers: this.registers,
  });
  private readonly lag = new Gauge({
    name: 'journey_outbox_lag_seconds',
    help: 'Age of the oldest change not yet delivered',
    labelNames: ['stream'],
    registers: this.registers,
  });
  private readonly deadEvents = new Gauge({
    name: 'journey_events_dead',
    help: 'Events set aside because the bus did not take them for 24 h: `npm run events` lists and replays them',
    registers: this.registers,
  });
  private readonly deadRecords = new Gauge({
    name: 'journey_records_dead',
    help: 'Changes set aside because the durable record can not take them: a fault of ours',
    registers: this.registers,
  });

  /** A GraphQL request was answered. */
  answered({ operation, code, path }: AnsweredRequest, seconds: number): void {
    const label = this.isOperation(operation) ? operation : OTHER;
    this.requests.inc(label, code, path);
    this.requestSeconds.observe(label, seconds);
  }

  redisCall({ step, seconds, outcome }: StoreCall & { readonly step: string }): void {
    this.redisSeconds.observe(step, seconds);
    if (outcome !== 'ok') this.redisErrors.inc({ step, outcome });
  }

  databaseCall({ operation, seconds, outcome }: StoreCall & { readonly operation: string }): void {
    this.databaseSeconds.observe({ operation }, seconds);
    if (outcome !== 'ok') this.databaseErrors.inc({ operation, outcome });
  }

  polled({ state, signal }: LiveLocation): void {
    this.polls.inc(state, signal ?? 'NONE');
  }

  /** These reached the durable record. */
  recorded(changes: readonly JourneyChange[]): void {
    for (const change of changes) {
      this.recordedChanges.get(change.kind)!.inc(eventKindOf(change).counter.labels(change));
    }
  }

  swept(overdue: number): void {
    this.overdue.set(overdue);
  }

  /** What the relay of one stream has to tell. */
  relayObserver(stream: Stream) {
    const labels = { stream };
    const dead = stream === 'events' ? this.deadEvents : this.deadRecords;
    return {
      delivered: (lagMs: number) => this.deliverySeconds.observe(labels, lagMs / 1000),
      failed: (count: number) => this.deliveryFailures.inc(labels, count),
      // The next figures count them.
      deadLettered: () => undefined,
      figures: (figures: StreamFigures) => {
        this.depth.set(labels, figures.waiting);
        this.fullest.set(labels, figures.fullest);
        this.lag.set(labels, figures.oldestAgeMs / 1000);
        dead.set(figures.dead);
      },
    };
  }
}
