import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, fullJitterGenerator, timeout, TimeoutStrategy, type IBackoff } from 'cockatiel';
import type { Logger } from 'pino';

import { HeldEntries, type Held } from './held';
import { jittered } from './jitter';
import { OutageLog, reasonOf } from './outageLog';
import type { DeliveryResult, Outbox, OutboxEntry, RelayObserver, Sink } from './ports';
import { Settlement } from './settlement';
import { Upkeep } from './upkeep';

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly partitions: readonly string[];
  readonly sink: Sink;
  readonly logger: Logger;
  readonly observer?: RelayObserver;
  /**
   * Between two looks at every partition, for what other processes left. What this process appends is nudged and
   * does not wait for it. Each look costs one command a partition.
   */
  readonly sweepIntervalMs?: number;
  /** Most entries of one call to the sink. */
  readonly batchSize?: number;
  /** Most calls to the sink at once. */
  readonly concurrency?: number;
  /** Most entries in this process's hands; what is beyond stays in the outbox. */
  readonly maxHeld?: number;
  /** Entries that nobody touched for so long are taken over: their process died, or never got the reply. */
  readonly claimAfterMs?: number;
  /** Between two counts for the observer. */
  readonly figuresIntervalMs?: number;
  /** A call to the sink that takes longer has failed, whatever became of it. */
  readonly callTimeoutMs?: number;
  /** Delays before another try: random, up to a bound that doubles from `initialMs` to `maxMs`. */
  readonly backoff?: { readonly initialMs: number; readonly maxMs: number };
  /** What could not be delivered for so long is set aside. */
  readonly setAsideAfterMs?: number;
  /** Does the time count during which the sink took nothing at all? If not, only what is refused by itself is set aside. */
  readonly outagesCount?: boolean;
}

const defaults = {
  sweepIntervalMs: 2000,
  batchSize: 10,
  concurrency: 4,
  maxHeld: 1000,
  claimAfterMs: 15_000,
  figuresIntervalMs: 15_000,
  callTimeoutMs: 15_000,
  backoff: { initialMs: 500, maxMs: 20_000 },
  setAsideAfterMs: 24 * 3600 * 1000,
  outagesCount: true,
};

/** Entries read at once from one partition. */
const READ_COUNT = 10;
/** A single failure can be an outage's that came between; so many are the entry's own. */
const REFUSALS_TO_SET_ASIDE = 5;

/**
 * Brings the changes in the outbox to a sink, each at least once, the start of a journey before its end as
 * far as one process can. All processes run one; they share the work. Nothing here throws or rejects into
 * its caller: what fails is logged, observed and tried again.
 *
 * Two kinds of failure. One entry refused: that entry waits, longer each time. A whole call failed: the sink
 * is taken to be away, everything pauses, and single entries probe whether it is back. Tried by itself, an
 * entry that spoils every call it is in shows as what it is and holds up nobody.
 */
export class Relay {
  private readonly options: RelayOptions & typeof defaults;
  private readonly held = new HeldEntries();
  private readonly backoffs: ExponentialBackoff<number>;
  private readonly deadline;
  private readonly outages: OutageLog;
  private readonly settlement: Settlement;
  private readonly upkeep: Upkeep;
  /** Partitions being read, and those to be read (again) as soon as there is room. */
  private readonly reading = new Set<string>();
  private readonly hungry = new Set<string>();
  private sweepTimer: NodeJS.Timeout | undefined;
  private wakeTimer: NodeJS.Timeout | undefined;
  private phase: 'new' | 'running' | 'draining' | 'stopped' = 'new';
  private calls = 0;
  /** While the sink is away. */
  private pause: { readonly until: number; readonly backoff: IBackoff<unknown> } | null = null;
  private lastSuccessAt = -Infinity;
  private onEmpty: (() => void) | null = null;
  private drained: Promise<void> | null = null;

  constructor(options: RelayOptions) {
    this.options = { ...defaults, ...options };
    const { initialMs, maxMs } = this.options.backoff;
    this.backoffs = new ExponentialBackoff({
      generator: fullJitterGenerator,
      initialDelay: initialMs,
      maxDelay: maxMs,
    });
    this.deadline = timeout(this.options.callTimeoutMs, TimeoutStrategy.Aggressive);
    this.outages = new OutageLog(options.logger);
    const parts = { ...this.options, held: this.held, outages: this.outages };
    this.settlement = new Settlement({ ...parts, onTold: () => this.turn() });
    this.upkeep = new Upkeep({ ...parts, room: () => this.room(), take: (entries) => this.take(entries) });
  }

  start(): void {
    if (this.phase !== 'new') return;
    this.phase = 'running';
    // Processes that start together don't look together.
    this.sweepTimer = setTimeout(() => this.sweep(), Math.random() * this.options.sweepIntervalMs);
    this.upkeep.start();
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
    if (this.phase === 'running') {
      this.phase = 'draining';
      this.upkeep.stop();
      const waiting = new AbortController();
      const emptied = new Promise<void>((resolve) => (this.onEmpty = resolve));
      // There is no later: what waits for its next try gets it now.
      if (this.pause) this.pause = { ...this.pause, until: 0 };
      for (const held of this.held) held.notBefore = 0;
      clearTimeout(this.sweepTimer);
      this.sweep();
      this.turn();
      await Promise.race([emptied, sleep(deadlineMs, null, { signal: waiting.signal }).catch(() => null)]);
      waiting.abort();
    }
    this.phase = 'stopped';
    clearTimeout(this.sweepTimer);
    clearTimeout(this.wakeTimer);
    await this.upkeep.leave();
  }

  private sweep(): void {
    for (const partition of this.options.partitions) this.visit(partition);
    this.settlement.settle();
    this.sweepTimer = setTimeout(() => this.sweep(), jittered(this.options.sweepIntervalMs));
  }

  /** How many more entries may come into this process's hands. */
  private room(): number {
    return this.options.maxHeld - this.held.size - this.reading.size * READ_COUNT;
  }

  private visit(partition: string): void {
    if (this.reading.has(partition) || this.room() < READ_COUNT) {
      this.hungry.add(partition);
      return;
    }
    this.hungry.delete(partition);
    this.reading.add(partition);
    void this.read(partition);
  }

  private async read(partition: string): Promise<void> {
    try {
      const entries = await this.options.outbox.read(partition, READ_COUNT);
      this.outages.answered(partition);
      if (entries.length === READ_COUNT) this.hungry.add(partition);
      this.take(entries);
    } catch (error) {
      this.outages.failed(partition, error);
    }
    this.reading.delete(partition);
    this.turn();
  }

  private take(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) {
      if (entry.change) this.held.add(entry, entry.change);
      else void this.settlement.buryUnreadable(entry);
    }
    if (entries.length > 0) this.turn();
  }

  /** Whatever can go on, goes on. Called after everything that happens. */
  private turn(): void {
    if (this.phase !== 'running' && this.phase !== 'draining') return;
    for (const partition of [...this.hungry]) {
      if (!this.reading.has(partition)) this.visit(partition);
    }
    const now = performance.now();
    while (this.calls < this.options.concurrency) {
      // While the sink is away one entry at a time asks whether it is back.
      if (this.pause && (this.calls > 0 || now < this.pause.until)) break;
      const batch = this.held.next(now, this.pause ? 1 : this.options.batchSize);
      if (batch.length === 0) break;
      void this.send(batch);
    }
    clearTimeout(this.wakeTimer);
    const wakeAt = Math.max(this.held.nextAt(), this.pause?.until ?? 0);
    if (wakeAt > now && wakeAt < Infinity) {
      this.wakeTimer = setTimeout(() => this.turn(), Math.ceil(wakeAt - now));
    }
    if (this.held.size + this.reading.size + this.hungry.size === 0) this.onEmpty?.();
  }

  private async send(batch: readonly Held[]): Promise<void> {
    this.calls += 1;
    this.held.sending(batch);
    const pauseBefore = this.pause;
    try {
      const changes = batch.map((held) => held.change);
      const results = await this.deadline.execute(({ signal }) => this.options.sink.deliver(changes, signal));
      this.answered(batch, results);
    } catch (error) {
      this.callFailed(batch, error, pauseBefore);
    }
    this.calls -= 1;
    this.settlement.settle();
    this.turn();
  }

  private answered(batch: readonly Held[], results: readonly DeliveryResult[]): void {
    const now = performance.now();
    const { logger, observer } = this.options;
    if (this.pause) logger.info('The sink takes changes again');
    this.pause = null;
    this.lastSuccessAt = now;
    const failures = new Set<string>();
    batch.forEach((held, index) => {
      const result = results[index] ?? { ok: false, reason: 'no result was given for it' };
      if (result.ok) {
        this.held.finish(held, 'delivered');
        observer?.delivered(Math.max(0, Date.now() - held.entry.appendedAt));
      } else {
        failures.add(result.reason);
        this.refused(held, now, result.reason);
      }
    });
    const failed = batch.filter((held) => held.state !== 'delivered').length;
    if (failed === 0) return;
    observer?.failed(failed);
    logger.warn(
      { failed, of: batch.length, reasons: [...failures] },
      'The sink refused some changes; they are tried again',
    );
  }

  private callFailed(batch: readonly Held[], error: unknown, pauseBefore: Relay['pause']): void {
    const now = performance.now();
    const reason = reasonOf(error);
    const { logger, observer, outagesCount } = this.options;
    observer?.failed(batch.length);
    const [first] = batch;
    // Tried by itself, while others got through since it last failed: the fault is its own.
    if (first!.alone && this.lastSuccessAt > first!.failedAt) {
      first!.failedAt = now;
      this.refused(first!, now, reason);
      logger.warn(
        { journeyId: first!.change.journey.id, reason },
        'The sink refused a change; it is tried again',
      );
      return;
    }
    for (const held of batch) this.held.requeue(held, now);
    // Calls that were under way together fail together: that is one failure.
    if (this.pause !== pauseBefore) return;
    if (!this.pause) logger.warn({ reason }, 'The sink takes nothing; changes wait in the outbox');
    const backoff = this.pause ? this.pause.backoff.next(undefined) : this.backoffs.next();
    this.pause = { until: now + backoff.duration, backoff };
    if (!outagesCount) return;
    for (const held of this.held) {
      if (held.state === 'waiting' && this.isPastItsDay(held))
        this.held.finish(held, 'undeliverable', reason);
    }
  }

  private refused(held: Held, now: number, reason: string): void {
    this.held.postpone(held, now, this.backoffs);
    if (held.refusals >= REFUSALS_TO_SET_ASIDE && this.isPastItsDay(held)) {
      this.held.finish(held, 'undeliverable', reason);
    }
  }

  private isPastItsDay(held: Held): boolean {
    return Date.now() - held.entry.appendedAt >= this.options.setAsideAfterMs;
  }
}
