import { Counter, Gauge, Histogram, Registry } from 'prom-client';

import type { AlertChange } from '../domain/alert';
import type { Change } from '../domain/journey';
import type { AppliedUpdate } from '../domain/locationUpdates';
import type { LiveLocation } from '../domain/liveLocation';
import type { SweepReport } from '../domain/watchdog';
import { eventKindOf, eventKinds } from '../events/eventKinds';
import { ClientLabels, OTHER, type ClientIdentity } from './clientLabels';
import { FastCounter } from './fastCounter';
import { FastHistogram } from './fastHistogram';

export interface ServiceMetricsOptions {
  /** Whether the schema has a root field of this name. */
  readonly isOperation: (name: string) => boolean;
  /** The clients that have labels of their own, by their header `apollographql-client-name`. */
  readonly clientNames: readonly string[];
}

/** The outboxes: to the event bus, to the durable record, and to the access log. */
export type Stream = 'events' | 'records' | 'reads';

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

/**
 * The metrics of the service's work. The values of every label are few and known in advance: neither an id nor any
 * text of a user becomes a label. Gauges are read when a scrape asks for them.
 */
export class ServiceMetrics {
  readonly registry = new Registry();
  private readonly registers = [this.registry];

  private readonly clientLabels: ClientLabels;

  constructor(private readonly options: ServiceMetricsOptions) {
    this.clientLabels = new ClientLabels(options.clientNames);
  }

  private readonly requests = new FastCounter(['operation', 'code', 'path'], {
    name: 'journey_http_requests_total',
    help: 'GraphQL requests by root field (several, or none of the schema: other), code of the answer (OK, or that of the first error), and path (compiled: a compiled document; apollo: Apollo Server; rejected: refused before execution)',
    registers: this.registers,
  });
  private readonly requestSeconds = new FastHistogram({
    name: 'journey_http_request_duration_seconds',
    help: 'Time from the head of a GraphQL request to the end of its answer',
    labelName: 'operation',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: this.registers,
  });
  private readonly clientRequests = new FastCounter(['client', 'version'], {
    name: 'journey_client_requests_total',
    help: 'GraphQL requests by the headers apollographql-client-name (of CLIENT_NAMES, else other; none: no such header) and apollographql-client-version',
    registers: this.registers,
  });
  private readonly redisSeconds = new FastHistogram({
    name: 'journey_redis_call_duration_seconds',
    help: 'Time of one step in Redis, failures included',
    labelName: 'step',
    buckets: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers: this.registers,
  });
  private readonly redisErrors = new Counter({
    name: 'journey_redis_errors_total',
    help: 'Steps that failed: unsent (no connection, or the breaker is open), refused by the server, unknown (no reply), fault (an internal error)',
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
    help: 'Calls that failed: unavailable (an outage), fault (an internal error)',
    labelNames: ['operation', 'outcome'],
    registers: this.registers,
  });
  private readonly polls = new FastCounter(['state', 'signal'], {
    name: 'journey_polls_total',
    help: 'Polls of a live location by the state and the signal in the response (NONE: no fix yet, or no active journey)',
    registers: this.registers,
  });
  private readonly fixes = new FastCounter(['verdict'], {
    name: 'journey_fixes_total',
    help: 'Fixes by what became of them: ACCEPTED, DUPLICATE, LATE, or why they were rejected',
    registers: this.registers,
  });
  private readonly takeovers = new Counter({
    name: 'journey_takeovers_total',
    help: 'Rejected fixes that agreed with each other and overturned the place that was shown',
    registers: this.registers,
  });
  private readonly clockResets = new Counter({
    name: 'journey_clock_resets_total',
    help: 'Times that the offset of a phone clock began anew, for it was set by more than a minute',
    registers: this.registers,
  });
  /** One counter for each kind of change that the durable record takes. */
  private readonly recordedChanges = new Map(
    Object.entries(eventKinds).flatMap(([kind, { counter }]) => {
      if (!counter) return [];
      const { name, help, labelNames } = counter;
      return [[kind, new Counter({ name, help, labelNames, registers: this.registers })] as const];
    }),
  );
  private readonly stages = new Counter({
    name: 'journey_stages_total',
    help: 'Journeys that reached a stage; of several stages in one update only the last is counted',
    labelNames: ['stage'],
    registers: this.registers,
  });
  private readonly overdue = new Gauge({
    name: 'journey_deadlines_overdue',
    help: 'Journeys past their deadline that the last sweep found, before it ended them',
    registers: this.registers,
  });
  private readonly alertChecks = new Gauge({
    name: 'journey_alert_checks_due',
    help: 'Journeys whose alerts were due to be checked when the last sweep began',
    registers: this.registers,
  });
  private readonly sweepSeconds = new Histogram({
    name: 'journey_sweep_duration_seconds',
    help: 'Time of one sweep, which ends overdue journeys, and raises and clears alerts',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: this.registers,
  });
  private readonly alerts = new Counter({
    name: 'journey_alerts_total',
    help: 'Alerts by name and status (RAISED, CLEARED), counted by the process that raised or cleared them',
    labelNames: ['alert', 'status'],
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
    help: 'Changes and reads set aside because the durable record or the access log cannot take them: an internal error',
    registers: this.registers,
  });
  private readonly dead: Record<Stream, number> = { events: 0, records: 0, reads: 0 };

  /** Counts a GraphQL request that was answered. */
  answered({ operation, code, path }: AnsweredRequest, seconds: number, client: ClientIdentity): void {
    // A document with several root fields, or none of the schema, is `other`.
    const label = this.options.isOperation(operation) ? operation : OTHER;
    this.requests.inc(label, code, path);
    this.requestSeconds.observe(label, seconds);
    const labels = this.clientLabels.of(client);
    this.clientRequests.inc(labels.client, labels.version);
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

  /** Counts the fixes of an update. */
  updated({ verdicts, clockReset, stage }: AppliedUpdate): void {
    for (const verdict of verdicts) {
      this.fixes.inc(verdict.status === 'REJECTED' ? verdict.rejection : verdict.status);
      if (verdict.status === 'ACCEPTED' && verdict.takeover) this.takeovers.inc();
    }
    if (clockReset) this.clockResets.inc();
    if (stage) this.stages.inc({ stage });
  }

  /** Counts changes that reached the durable record. */
  recorded(changes: readonly Change[]): void {
    for (const change of changes) {
      const { counter } = eventKindOf(change);
      if (counter) this.recordedChanges.get(change.kind)!.inc(counter.labels(change));
    }
  }

  swept({ overdue, alertChecks, seconds }: SweepReport): void {
    this.overdue.set(overdue);
    this.alertChecks.set(alertChecks);
    this.sweepSeconds.observe(seconds);
  }

  alertChanged({ alert, status }: AlertChange): void {
    this.alerts.inc({ alert, status });
  }

  /** Receives the figures of one stream's relay. */
  relayObserver(stream: Stream) {
    const labels = { stream };
    return {
      delivered: (lagMs: number) => this.deliverySeconds.observe(labels, lagMs / 1000),
      failed: (count: number) => this.deliveryFailures.inc(labels, count),
      // The next figures include them.
      deadLettered: () => undefined,
      figures: (figures: StreamFigures) => {
        this.depth.set(labels, figures.waiting);
        this.fullest.set(labels, figures.fullest);
        this.lag.set(labels, figures.oldestAgeMs / 1000);
        this.dead[stream] = figures.dead;
        this.deadEvents.set(this.dead.events);
        this.deadRecords.set(this.dead.records + this.dead.reads);
      },
    };
  }
}
