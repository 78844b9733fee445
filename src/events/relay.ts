import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, fullJitterGenerator, timeout, TimeoutStrategy, type IBackoff } from 'cockatiel';

import { repeatEvery, type RepeatedTask } from '../domain/repeatedTask';
import { Acknowledger } from './acknowledger';
import { subjectOf } from './eventKinds';
import { InFlightEntries, type InFlightEntry } from './inFlightEntries';
import { Maintenance, SILENT_CONSUMER_MS } from './maintenance';
import { OutageLog, reasonOf } from './outageLog';
import type { DeliveryResult } from './ports';
import { relayDefaults, type RelayOptions } from './relayOptions';

/** Most entries read at once from one partition. */
const READ_COUNT = 10;
/** A single failure can come from an outage in between; this many come from the entry itself. */
const REFUSALS_TO_DEAD_LETTER = 5;

/**
 * Delivers the changes in the outbox to a sink, each at least once, those of a journey in their order as far as one
 * process can. All processes run one; they share the work. Nothing here throws or rejects into its caller:
 * a failure is logged, observed and retried.
 *
 * There are two kinds of failure. One entry is refused: that entry waits, longer each time. A whole call fails: the
 * sink is assumed to be unavailable, everything pauses, and single entries probe whether it is back. An entry that makes
 * every call fail is recognized when it is sent alone, and delays nothing else.
 *
 * The relay calls its parts (in-flight entries, acknowledger, maintenance), and they never call it back: it goes on
 * (`pump`) when their promises resolve.
 */
export class Relay {
  private readonly options: RelayOptions & typeof relayDefaults;
  private readonly inFlight: InFlightEntries;
  private readonly backoffs: ExponentialBackoff<number>;
  private readonly deadline;
  private readonly outages: OutageLog;
  private readonly acknowledger: Acknowledger;
  private readonly maintenance: Maintenance;
  private readonly sweeps: RepeatedTask;
  private readonly tasks: readonly RepeatedTask[];
  /** Partitions that are being read, and those to read (again) as soon as there is capacity. */
  private readonly reading = new Set<string>();
  private readonly pendingReads = new Set<string>();
  private wakeTimer: NodeJS.Timeout | undefined;
  private phase: 'new' | 'running' | 'draining' | 'stopped' = 'new';
  private calls = 0;
  /** Set while the sink is unavailable. */
  private pause: { readonly until: number; readonly backoff: IBackoff<unknown> } | null = null;
  private lastSuccessAt = -Infinity;
  private onEmpty: (() => void) | null = null;
  private drained: Promise<void> | null = null;

  constructor(options: RelayOptions) {
    this.options = { ...relayDefaults, ...options };
    const { backoff, callTimeoutMs, sweepIntervalMs, claimAfterMs, figuresIntervalMs } = this.options;
    this.backoffs = new ExponentialBackoff({
      generator: fullJitterGenerator,
      initialDelay: backoff.initialMs,
      maxDelay: backoff.maxMs,
    });
    this.deadline = timeout(callTimeoutMs, TimeoutStrategy.Aggressive);
    this.outages = new OutageLog(options.logger);
    this.inFlight = new InFlightEntries(this.options);
    const parts = { ...this.options, inFlight: this.inFlight, outages: this.outages };
    this.acknowledger = new Acknowledger(parts);
    this.maintenance = new Maintenance(parts);
    const onError = (error: unknown) => options.logger.error({ err: error }, 'A task of the relay failed');
    this.sweeps = repeatEvery(sweepIntervalMs, () => this.sweep(), onError);
    this.tasks = [
      repeatEvery(claimAfterMs / 3, () => this.maintain(), onError),
      repeatEvery(SILENT_CONSUMER_MS / 2, () => this.maintenance.removeConsumers(), onError),
      ...(options.observer ? [repeatEvery(figuresIntervalMs, () => this.maintenance.count(), onError)] : []),
    ];
  }

  start(): void {
    if (this.phase !== 'new') return;
    this.phase = 'running';
    const { sweepIntervalMs, claimAfterMs } = this.options;
    const withinMs = Math.min(1000, sweepIntervalMs, claimAfterMs / 3);
    for (const task of [this.sweeps, ...this.tasks]) task.start(Math.random() * withinMs);
  }

  /** Something was just appended to this partition. */
  nudge(partition: string): void {
    if (this.phase === 'running') this.visit(partition);
  }

  /** Delivers what is in the outbox, for at most `deadlineMs`, and stops. What is left is for the other processes. */
  drain(deadlineMs: number): Promise<void> {
    this.drained ??= this.drainOnce(deadlineMs);
    return this.drained;
  }

  private async drainOnce(deadlineMs: number): Promise<void> {
    for (const task of this.tasks) void task.stop();
    this.maintenance.stop();
    if (this.phase === 'running') {
      this.phase = 'draining';
      const waiting = new AbortController();
      const emptied = new Promise<void>((resolve) => (this.onEmpty = resolve));
      // This is the last opportunity, so what waits for its retry gets it now.
      if (this.pause) this.pause = { ...this.pause, until: 0 };
      for (const entry of this.inFlight) entry.notBefore = 0;
      this.sweep();
      this.pump();
      await Promise.race([emptied, sleep(deadlineMs, null, { signal: waiting.signal }).catch(() => null)]);
      waiting.abort();
    }
    this.phase = 'stopped';
    void this.sweeps.stop();
    clearTimeout(this.wakeTimer);
    await this.maintenance.leave();
  }

  private sweep(): void {
    for (const partition of this.options.partitions) this.visit(partition);
    this.acknowledge();
  }

  private async maintain(): Promise<void> {
    await Promise.all(
      this.options.partitions.map(async (partition) => {
        await this.maintenance.maintain(partition);
        this.acknowledge();
        this.pump();
      }),
    );
  }

  private visit(partition: string): void {
    if (this.reading.has(partition) || this.inFlight.capacity < READ_COUNT) {
      this.pendingReads.add(partition);
      return;
    }
    this.pendingReads.delete(partition);
    this.reading.add(partition);
    this.inFlight.reserve(READ_COUNT);
    void this.read(partition);
  }

  private async read(partition: string): Promise<void> {
    const { outbox } = this.options;
    try {
      // The reply to the call that failed may be lost, and with it entries that now belong to this process.
      const mayHaveLost = this.outages.isUnavailable(partition);
      const entries = await (mayHaveLost
        ? outbox.readPending(partition)
        : outbox.read(partition, READ_COUNT));
      if (mayHaveLost) this.outages.answered(partition);
      if (mayHaveLost || entries.length === READ_COUNT) this.pendingReads.add(partition);
      this.inFlight.accept(entries);
      this.acknowledge();
    } catch (error) {
      this.outages.failed(partition, error);
    }
    this.inFlight.unreserve(READ_COUNT);
    this.reading.delete(partition);
    this.pump();
  }

  /** Reports outcomes to the outbox. What it does not confirm is repeated by the next sweep, not by `pump`. */
  private acknowledge(): void {
    for (const acknowledged of this.acknowledger.run()) void acknowledged.then(() => this.pump());
  }

  /** Starts whatever can go on: reads, calls to the sink, the timer until the next retry. Called after every event. */
  private pump(): void {
    if (this.phase !== 'running' && this.phase !== 'draining') return;
    for (const partition of [...this.pendingReads]) {
      if (!this.reading.has(partition)) this.visit(partition);
    }
    const now = performance.now();
    while (this.calls < this.options.concurrency) {
      // While the sink is unavailable, one entry at a time probes whether it is back.
      if (this.pause && (this.calls > 0 || now < this.pause.until)) break;
      const batch = this.inFlight.next(now, this.pause ? 1 : this.options.sink.maxBatchSize);
      if (batch.length === 0) break;
      void this.send(batch);
    }
    clearTimeout(this.wakeTimer);
    const wakeAt = Math.max(this.inFlight.nextAt(), this.pause?.until ?? 0);
    if (wakeAt > now && wakeAt < Infinity) {
      this.wakeTimer = setTimeout(() => this.pump(), Math.ceil(wakeAt - now));
    }
    if (this.inFlight.size + this.reading.size + this.pendingReads.size === 0) this.onEmpty?.();
  }

  private async send(batch: readonly InFlightEntry[]): Promise<void> {
    this.calls += 1;
    for (const entry of batch) entry.state = 'sending';
    const pauseBefore = this.pause;
    try {
      // Only entries with a change are ever ready to be sent.
      const changes = batch.map(({ change }) => change!);
      const results = await this.deadline.execute(({ signal }) => this.options.sink.deliver(changes, signal));
      this.callSucceeded(batch, results);
    } catch (error) {
      this.callFailed(batch, error, pauseBefore);
    }
    this.calls -= 1;
    this.acknowledge();
    this.pump();
  }

  private callSucceeded(batch: readonly InFlightEntry[], results: readonly DeliveryResult[]): void {
    const now = performance.now();
    const { logger, observer } = this.options;
    if (this.pause) logger.info('The sink takes changes again');
    this.pause = null;
    this.lastSuccessAt = now;
    const reasons: string[] = [];
    batch.forEach((entry, index) => {
      const result = results[index] ?? { ok: false, reason: 'the sink gave no result for it' };
      if (result.ok) {
        this.inFlight.finish(entry, 'delivered');
        observer?.delivered(Math.max(0, Date.now() - entry.appendedAt));
      } else {
        reasons.push(result.reason);
        this.refused(entry, now, result.reason);
      }
    });
    if (reasons.length === 0) return;
    observer?.failed(reasons.length);
    logger.warn(
      { failed: reasons.length, of: batch.length, reasons: [...new Set(reasons)] },
      'The sink refused some changes; they are retried',
    );
  }

  private callFailed(batch: readonly InFlightEntry[], error: unknown, pauseBefore: Relay['pause']): void {
    const now = performance.now();
    const reason = reasonOf(error);
    const { logger, observer, outagesCount } = this.options;
    observer?.failed(batch.length);
    const first = batch[0]!;
    // It was sent alone, and others were delivered since it last failed: the entry itself is the cause.
    if (first.alone && this.lastSuccessAt > first.failedAt) {
      first.failedAt = now;
      this.refused(first, now, reason);
      const subject = first.change && subjectOf(first.change);
      logger.warn({ subject, reason }, 'The sink refused a change; it is retried');
      return;
    }
    for (const entry of batch) this.inFlight.requeue(entry, now);
    // Calls that ran at the same time fail together, which counts as one failure.
    if (this.pause !== pauseBefore) return;
    if (!this.pause) logger.warn({ reason }, 'The sink takes nothing; changes wait in the outbox');
    const backoff = this.pause ? this.pause.backoff.next(undefined) : this.backoffs.next();
    this.pause = { until: now + backoff.duration, backoff };
    if (!outagesCount) return;
    for (const entry of this.inFlight) {
      if (entry.state === 'waiting' && this.inFlight.isExpired(entry))
        this.inFlight.finish(entry, 'undeliverable', reason);
    }
  }

  private refused(entry: InFlightEntry, now: number, reason: string): void {
    this.inFlight.postpone(entry, now, this.backoffs);
    if (entry.refusals >= REFUSALS_TO_DEAD_LETTER && this.inFlight.isExpired(entry)) {
      this.inFlight.finish(entry, 'undeliverable', reason);
    }
  }
}
