import { setTimeout as sleep } from 'node:timers/promises';
import { ExponentialBackoff, fullJitterGenerator, timeout, TimeoutStrategy, type IBackoff } from 'cockatiel';
import type { Logger } from 'pino';

import { byPartition, HeldEntries, type Held } from './held';
import type { DeliveryResult, Outbox, OutboxEntry, RelayObserver, Sink } from './ports';

export interface RelayOptions {
  readonly outbox: Outbox;
  readonly partitions: readonly string[];
  readonly sink: Sink;
  readonly logger: Logger;
  readonly observer?: RelayObserver;
  /** Between two looks at every partition. What this process appends itself is nudged and does not wait for it. */
  readonly sweepIntervalMs?: number;
  /** Most entries of one call to the sink. */
  readonly batchSize?: number;
  /** Most calls to the sink at once. */
  readonly concurrency?: number;
  /** Most entries in this process's hands; what is beyond stays in the outbox. */
  readonly maxHeld?: number;
  /** Entries that nobody touched for so long are taken over. */
  readonly claimAfterMs?: number;
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
  sweepIntervalMs: 1000,
  batchSize: 10,
  concurrency: 4,
  maxHeld: 1000,
  claimAfterMs: 30_000,
  callTimeoutMs: 15_000,
  backoff: { initialMs: 500, maxMs: 20_000 },
  setAsideAfterMs: 24 * 3600 * 1000,
  outagesCount: true,
};

/** A process that did not look for so long has ended, even if it never said so. */
const SILENT_READER_MS = 10 * 60_000;

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
  /** Partitions being read, and those to be read (again) as soon as there is room. */
  private readonly reading = new Set<string>();
  private readonly hungry = new Set<string>();
  private readonly timers = { sweep: noTimer(), tend: noTimer(), wake: noTimer() };
  private phase: 'new' | 'running' | 'draining' | 'stopped' = 'new';
  private calls = 0;
  /** While the sink is away. */
  private pause: { readonly until: number; readonly backoff: IBackoff<unknown> } | null = null;
  private lastSuccessAt = -Infinity;
  /** Partitions whose store did not answer the last time. */
  private readonly away = new Set<string>();
  private readersForgottenAt = -Infinity;
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
  }

  start(): void {
    if (this.phase !== 'new') return;
    this.phase = 'running';
    // Processes that start together don't look together.
    this.timers.sweep = setTimeout(() => this.sweep(), Math.random() * this.options.sweepIntervalMs);
    this.timers.tend = setTimeout(() => void this.tend(), Math.random() * this.options.sweepIntervalMs);
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
      clearTimeout(this.timers.tend);
      const waiting = new AbortController();
      const emptied = new Promise<void>((resolve) => (this.onEmpty = resolve));
      // There is no later: what waits for its next try gets it now.
      if (this.pause) this.pause = { ...this.pause, until: 0 };
      for (const held of this.held) held.notBefore = 0;
      clearTimeout(this.timers.sweep);
      this.sweep();
      this.turn();
      await Promise.race([emptied, sleep(deadlineMs, null, { signal: waiting.signal }).catch(() => null)]);
      waiting.abort();
    }
    this.phase = 'stopped';
    clearTimeout(this.timers.sweep);
    clearTimeout(this.timers.wake);
    await this.leave();
  }

  private sweep(): void {
    for (const partition of this.options.partitions) this.visit(partition);
    this.settle();
    this.timers.sweep = setTimeout(() => this.sweep(), jittered(this.options.sweepIntervalMs));
  }

  private visit(partition: string): void {
    const { maxHeld, batchSize } = this.options;
    const taken = this.held.size + this.reading.size * batchSize;
    if (this.reading.has(partition) || taken + batchSize > maxHeld) {
      this.hungry.add(partition);
      return;
    }
    this.hungry.delete(partition);
    this.reading.add(partition);
    void this.read(partition, batchSize);
  }

  private async read(partition: string, count: number): Promise<void> {
    try {
      const entries = await this.options.outbox.read(partition, count);
      this.take(entries);
      if (entries.length === count) this.hungry.add(partition);
      this.outboxAnswered(partition);
    } catch (error) {
      this.outboxFailed(partition, error);
    }
    this.reading.delete(partition);
    this.turn();
  }

  private take(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) {
      if (entry.change) this.held.add(entry, entry.change);
      else void this.buryUnreadable(entry);
    }
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
    clearTimeout(this.timers.wake);
    const wakeAt = Math.max(this.held.nextAt(), this.pause?.until ?? 0);
    if (wakeAt > now && wakeAt < Infinity) {
      this.timers.wake = setTimeout(() => this.turn(), Math.ceil(wakeAt - now));
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
    this.settle();
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
    const reason = describe(error);
    const { logger, observer, outagesCount } = this.options;
    observer?.failed(batch.length);
    for (const held of batch) {
      // Others got through since it last failed by itself: the fault is its own.
      if (held.alone && this.lastSuccessAt > held.failedAt) {
        held.failedAt = now;
        this.refused(held, now, reason);
        logger.warn(
          { journeyId: held.change.journey.id, reason },
          'The sink refused a change; it is tried again',
        );
      } else {
        this.held.requeue(held, now);
      }
    }
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
    if (this.isPastItsDay(held)) this.held.finish(held, 'undeliverable', reason);
    else this.held.postpone(held, now, this.backoffs);
  }

  private isPastItsDay(held: Held): boolean {
    return Date.now() - held.entry.appendedAt >= this.options.setAsideAfterMs;
  }

  /** Tells the outbox what became of entries. What it does not hear now it is told again with the next sweep. */
  private settle(): void {
    for (const state of ['delivered', 'undeliverable'] as const) {
      const finished = [...this.held].filter((held) => held.state === state);
      for (const [partition, helds] of byPartition(finished)) {
        for (const held of helds) held.state = 'settling';
        void this.tell(partition, helds, state);
      }
    }
  }

  private async tell(
    partition: string,
    helds: readonly Held[],
    state: 'delivered' | 'undeliverable',
  ): Promise<void> {
    const { outbox } = this.options;
    const ids = helds.map((held) => held.entry.id);
    try {
      if (state === 'delivered') {
        await outbox.ack(partition, ids);
      } else {
        await outbox.bury(partition, ids, helds[0]!.reason);
        this.buried(partition, ids, helds[0]!.reason);
      }
      this.held.remove(helds);
    } catch (error) {
      for (const held of helds) held.state = state;
      this.outboxFailed(partition, error);
    }
    this.turn();
  }

  private async buryUnreadable(entry: OutboxEntry): Promise<void> {
    const reason = 'its fields can not be read';
    try {
      await this.options.outbox.bury(entry.partition, [entry.id], reason);
      this.buried(entry.partition, [entry.id], reason);
    } catch (error) {
      // It stays pending and comes again with a later reclaim.
      this.outboxFailed(entry.partition, error);
    }
  }

  private buried(partition: string, ids: readonly string[], reason: string): void {
    this.options.observer?.buried(ids.length);
    this.options.logger.error(
      { partition, ids, reason },
      'Changes could not be delivered and were set aside',
    );
  }

  /** From time to time: keeps what is held, takes over what others left, and counts. */
  private async tend(): Promise<void> {
    const mine = byPartition(this.held);
    const now = performance.now();
    const forget = now - this.readersForgottenAt > SILENT_READER_MS / 2;
    if (forget) this.readersForgottenAt = now;
    await Promise.all(
      this.options.partitions.map((partition) =>
        this.tendOne(partition, mine.get(partition) ?? [], forget).catch((error: unknown) =>
          this.outboxFailed(partition, error),
        ),
      ),
    );
    await this.count();
    if (this.phase !== 'running') return;
    this.timers.tend = setTimeout(() => void this.tend(), jittered(this.options.claimAfterMs / 3));
    this.turn();
  }

  private async tendOne(partition: string, mine: readonly Held[], forget: boolean): Promise<void> {
    const { outbox, claimAfterMs, maxHeld, batchSize } = this.options;
    if (mine.length > 0) await outbox.renew(partition, idsOf(mine));
    while (this.phase === 'running' && this.held.size + batchSize <= maxHeld) {
      const entries = await outbox.reclaim(partition, claimAfterMs, batchSize);
      this.take(entries);
      if (entries.length < batchSize) break;
    }
    if (forget) await outbox.forgetReaders(partition, SILENT_READER_MS);
  }

  private async count(): Promise<void> {
    const { observer, outbox, partitions } = this.options;
    if (!observer) return;
    try {
      // All or none: a sum over some partitions alone would look like a relief.
      const figures = await Promise.all(partitions.map((partition) => outbox.figures(partition)));
      observer.figures({
        waiting: figures.reduce((sum, { waiting }) => sum + waiting, 0),
        fullest: Math.max(...figures.map(({ waiting }) => waiting)),
        oldestAgeMs: Math.max(...figures.map(({ oldestAgeMs }) => oldestAgeMs)),
        dead: figures.reduce((sum, { dead }) => sum + dead, 0),
      });
    } catch (error) {
      this.options.logger.debug({ reason: describe(error) }, 'The outbox can not be counted');
    }
  }

  /** The last act of a relay: other processes need not wait until what it holds looks abandoned. */
  private async leave(): Promise<void> {
    const left = byPartition(this.held);
    await Promise.allSettled(
      this.options.partitions.map(async (partition) => {
        const mine = left.get(partition);
        if (mine) await this.options.outbox.release(partition, idsOf(mine));
        await this.options.outbox.forgetReaders(partition, SILENT_READER_MS, true);
      }),
    );
    if (this.held.size > 0)
      this.options.logger.warn({ left: this.held.size }, 'Changes are left to other processes');
  }

  private outboxAnswered(partition: string): void {
    if (this.away.delete(partition) && this.away.size === 0)
      this.options.logger.info('The outbox answers again');
  }

  private outboxFailed(partition: string, error: unknown): void {
    const { logger } = this.options;
    if (this.away.size === 0)
      logger.warn({ partition, reason: describe(error) }, 'The outbox does not answer');
    this.away.add(partition);
  }
}

const noTimer = (): NodeJS.Timeout | undefined => undefined;

const jittered = (intervalMs: number): number => intervalMs * (0.75 + Math.random() / 2);

const idsOf = (helds: readonly Held[]): string[] => helds.map((held) => held.entry.id);

/** Not the error itself: what hangs on one (a request, its headers) has no place in a log. */
const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
