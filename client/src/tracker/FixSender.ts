import type { AbortControllerLike, AbortSignalLike } from '../connection/abort.js';
import { newAbortController } from '../connection/abort.js';
import { momentOf, type Clock, type Moment } from '../connection/clock.js';
import type { EventClock } from '../connection/EventClock.js';
import { failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { maxRetries, requestRetryPolicy, retryAfterDelayMs, retryDelayMs } from '../connection/retry.js';
import type { LiveLocationFieldsFragment } from '../generated/operations.js';
import { FixBuffer, type BufferedFix } from './FixBuffer.js';
import { FixClock } from './FixClock.js';
import { cleanFix, type Fix } from './position.js';
import { inputOf, type SessionRequests } from './SessionRequests.js';
import { TokenRetry } from './TokenRetry.js';
import type { TrackerState } from './trackerState.js';
import type { JourneyTransport } from './transport.js';

export interface FixSenderOptions {
  requests: SessionRequests;
  /** The device's own clock; waits go by the other one. */
  deviceClock: Clock;
  clock: EventClock;
  random: () => number;
  requestTimeoutMs: number;
  maxBufferedFixes: number;
  fixSpacingMs: number;
  getState: () => TrackerState;
  show: (change: Partial<TrackerState>) => void;
  /** Nothing waits to be sent: standing still a watch is silent, and silence would look like a lost signal. */
  onIdle: () => void;
  /** The buffer changed and should be stored. */
  onBuffered: () => void;
  /** Called with each fix that is kept. */
  onFix: (fix: Fix) => void;
  onInvalidFix: () => void;
  /** The service has a fix that was taken at `capturedAtMs`, at this moment. */
  onAccepted: (capturedAtMs: number, moment: Moment) => void;
  /** Why nothing could be sent, beyond what the sender can handle by itself. */
  onRefused: (failure: JourneyFailure) => void;
  /** What the service knows about the journey, asked for want of fixes to send. */
  onChecked: (live: LiveLocationFieldsFragment) => void;
}

/** The service's bound on a batch. */
const maxBatchFixes = 100;
/** Before the service's first answer: its interval while moving. */
const initialIntervalMs = 5000;
/** A phone that has nothing to send asks this often whether the journey goes on: else it would get no 410. */
const checkIntervalMs = 30_000;

/**
 * Brings fixes to the service at the interval that it asks for. It needs no timer: what is due is judged by the clock
 * whenever something happens (`pump`); a timer only makes one more thing happen.
 */
export class FixSender {
  private readonly buffer: FixBuffer;
  private readonly fixClock: FixClock;
  private readonly tokenRetry: TokenRetry;
  /** Set while open. */
  private run: AbortControllerLike | null = null;
  private held = false;
  private suspended = 0;
  /** The one thing that is being done: a request at most. */
  private turn: Promise<void> | null = null;
  private cancelTimer: () => void = () => undefined;
  /** The service wants no update before this, by the elapsed time. */
  private notBeforeMs = 0;
  /** When an empty buffer is looked at next. */
  private idleUntilMs = 0;
  private lastRequestAtMs = 0;
  private intervalMs = initialIntervalMs;
  private batchLimit = maxBatchFixes;
  private failures = 0;
  private hasNewFix = false;

  constructor(private readonly options: FixSenderOptions) {
    const { clock, deviceClock, requests } = options;
    this.buffer = new FixBuffer(options.maxBufferedFixes, options.fixSpacingMs);
    this.fixClock = new FixClock(deviceClock);
    this.tokenRetry = new TokenRetry(clock, requests.hasNewToken);
  }

  get fixes(): Fix[] {
    return this.buffer.fixes;
  }

  /** `fixes` are what an earlier run of the app could not send. */
  open(fixes: readonly Fix[]): void {
    this.run = newAbortController();
    this.held = false;
    this.turn = null;
    this.notBeforeMs = 0;
    this.idleUntilMs = 0;
    this.lastRequestAtMs = this.options.clock.monotonicNow();
    this.intervalMs = initialIntervalMs;
    this.batchLimit = maxBatchFixes;
    this.failures = 0;
    this.tokenRetry.reset();
    this.buffer.restore(fixes);
    this.options.show({ bufferedFixes: this.buffer.size });
    this.pump();
  }

  /** Sends nothing more; the fixes stay until the next opening. */
  close(): void {
    this.run?.abort();
    this.run = null;
    this.cancelTimer();
  }

  /** Keeps fixes, but sends nothing. */
  hold(): void {
    this.held = true;
    this.cancelTimer();
  }

  /** `atOnce`: the interval is not waited for, say because there is a new token. */
  release({ atOnce = false } = {}): void {
    this.held = false;
    if (atOnce) [this.notBeforeMs, this.idleUntilMs, this.hasNewFix] = [0, 0, true];
    this.pump();
  }

  /** Sends nothing while `work` is done, say because what is to be sent is being stored. */
  async suspendedDuring(work: () => Promise<void>): Promise<void> {
    this.suspended += 1;
    try {
      await work();
    } finally {
      this.suspended -= 1;
    }
    this.pump();
  }

  clear(): void {
    this.buffer.clear();
    this.options.show({ bufferedFixes: 0 });
  }

  /** Times of fixes by the phone's wall clock, cleaned; null for one that is none. */
  correctedFix(fix: Fix): Fix | null {
    return this.corrected([fix])[0] ?? null;
  }

  /** Keeps what arrived, all at this moment. Nothing is sent before the next `pump`. */
  keep(given: readonly Fix[]): void {
    const { show, getState, onBuffered, onFix, onInvalidFix } = this.options;
    const fixes = this.corrected(given);
    if (fixes.length < given.length) onInvalidFix();
    const newest = fixes.at(-1);
    if (!newest) return;
    const dropped = fixes.reduce((sum, fix) => sum + this.buffer.add(fix), 0);
    this.hasNewFix = true;
    onFix(newest);
    show({
      lastFix: newest,
      bufferedFixes: this.buffer.size,
      droppedFixes: getState().droppedFixes + dropped,
    });
    onBuffered();
  }

  /** Does what is due, or sets a timer for it. */
  pump(): void {
    const { clock } = this.options;
    if (!this.run || this.held || this.suspended > 0 || this.turn) return;
    this.cancelTimer();
    if (this.tokenRetry.isExhausted && !this.hasNewFix) return;
    const waitMs = this.dueAtMs() - clock.monotonicNow();
    if (waitMs > 0) {
      this.cancelTimer = clock.after(waitMs, () => this.pump());
      return;
    }
    const { signal } = this.run;
    const turn = this.takeTurn(signal).finally(() => {
      if (this.turn !== turn) return;
      this.turn = null;
      this.pump();
    });
    this.turn = turn;
  }

  /** Settles when nothing is in flight: all was sent, or put off until later. */
  async settled(): Promise<void> {
    while (this.turn) await this.turn;
  }

  private dueAtMs(): number {
    const dueMs = this.buffer.size > 0 ? this.notBeforeMs : Math.max(this.notBeforeMs, this.idleUntilMs);
    const isPaused = this.options.clock.monotonicNow() < this.notBeforeMs;
    return isPaused ? Math.min(dueMs, this.tokenRetry.nextCheckMs) : dueMs;
  }

  private corrected(given: readonly Fix[]): Fix[] {
    this.followWallClock();
    const nowMs = this.options.clock.now();
    const fixes = given.map((fix) => cleanFix(fix, nowMs)).filter((fix) => fix !== null);
    return this.fixClock.correct(fixes).sort((a, b) => a.capturedAtMs - b.capturedAtMs);
  }

  /** The wall clock was set: the times of the fixes that wait, and of the last one, are moved with it. */
  private followWallClock(): void {
    const stepMs = this.fixClock.stepMs();
    if (stepMs === 0) return;
    this.buffer.moveTimes(stepMs);
    const { lastFix } = this.options.getState();
    if (lastFix) this.options.show({ lastFix: { ...lastFix, capturedAtMs: lastFix.capturedAtMs + stepMs } });
  }

  private async takeTurn(signal: AbortSignalLike): Promise<void> {
    const { clock, onIdle } = this.options;
    if (clock.monotonicNow() < this.notBeforeMs) {
      if (!(await this.tokenRetry.isRenewed())) return;
      this.notBeforeMs = 0;
      // Also without a fix the service is asked at once whether it takes the new token.
      this.lastRequestAtMs = -Infinity;
      if (signal.aborted || this.held) return;
    }
    this.hasNewFix = false;
    if (this.buffer.size > 0) return this.send(signal);
    this.idleUntilMs = clock.monotonicNow() + this.intervalMs;
    onIdle();
    if (clock.monotonicNow() - this.lastRequestAtMs >= checkIntervalMs) await this.check(signal);
  }

  private async check(run: AbortSignalLike): Promise<void> {
    const { requests, clock, onChecked } = this.options;
    this.lastRequestAtMs = clock.monotonicNow();
    try {
      const live = await requests.liveLocation();
      if (run.aborted) return;
      this.tokenRetry.reset();
      onChecked(live);
    } catch (error) {
      if (!run.aborted) this.onNotSent(failureOf(error), [], this.lastRequestAtMs);
    }
  }

  private async send(run: AbortSignalLike): Promise<void> {
    const { requests, clock } = this.options;
    let sent: BufferedFix[] = [];
    try {
      const update = await requests.update(() => {
        this.followWallClock();
        this.lastRequestAtMs = clock.monotonicNow();
        sent =
          this.batchLimit < maxBatchFixes
            ? this.buffer.oldest(this.batchLimit)
            : this.buffer.upToNewest(maxBatchFixes);
        return {
          locations: sent.map(({ fix }) => inputOf(fix)),
          sentAt: new Date(clock.now()).toISOString(),
        };
      });
      if (!run.aborted) this.onSent(update, sent);
    } catch (error) {
      if (!run.aborted) this.onNotSent(failureOf(error), sent, this.lastRequestAtMs);
    }
  }

  private onSent(
    update: Awaited<ReturnType<JourneyTransport['updateLocations']>>,
    sent: BufferedFix[],
  ): void {
    const { clock, deviceClock, show, getState, onAccepted } = this.options;
    const rejections = update.results.filter(({ status }) => status === 'REJECTED');
    const accepted = update.results.filter(({ status }) => status === 'ACCEPTED' || status === 'DUPLICATE');
    this.failures = 0;
    this.tokenRetry.reset();
    const isWhole = this.batchLimit === maxBatchFixes;
    this.batchLimit = maxBatchFixes;
    this.intervalMs = update.nextUpdateMs;
    this.notBeforeMs = clock.monotonicNow() + this.intervalMs;
    this.idleUntilMs = this.notBeforeMs;
    this.settle(sent, rejections.length, isWhole);
    const capturedAtMs = Math.max(...accepted.map(({ index }) => sent[index]?.fix.capturedAtMs ?? -Infinity));
    if (capturedAtMs > -Infinity) onAccepted(capturedAtMs, momentOf(deviceClock));
    show({
      sending: 'ONLINE',
      failure: null,
      lastRejection: rejections.at(-1)?.rejection ?? (accepted.length > 0 ? null : getState().lastRejection),
      distanceMeters: update.distanceMeters,
      canMarkArrived: update.canMarkArrived,
    });
  }

  private onNotSent(reason: JourneyFailure, sent: BufferedFix[], requestedAtMs: number): void {
    const { clock, show, getState, onRefused, requestTimeoutMs } = this.options;
    if (reason.code === 'BAD_USER_INPUT' || reason.code === 'LOCATION_IMPLAUSIBLE') {
      // Refused before its rate was counted: the rest may follow at once.
      show({ failure: reason });
      if (sent.length > 1) {
        // One fix spoils the batch. Halved until it stands alone, it is found, and the others go through.
        this.batchLimit = Math.ceil(sent.length / 2);
      } else {
        this.batchLimit = maxBatchFixes;
        this.settle(sent, sent.length, false);
        show({ lastRejection: reason.extensions.rejection ?? getState().lastRejection });
      }
      return;
    }
    // A request that was frozen with the app failed long ago: what waited for it need not wait again.
    const failedAtMs = reason.code === 'TIMEOUT' ? requestedAtMs + requestTimeoutMs : clock.monotonicNow();
    this.notBeforeMs = failedAtMs + this.delayAfter(reason);
    onRefused(reason);
  }

  private delayAfter(reason: JourneyFailure): number {
    const { random } = this.options;
    const kind = kindOf(reason);
    if (kind === 'UNAUTHENTICATED') return this.tokenRetry.onRefused();
    if (kind === 'TRANSIENT' && this.failures < maxRetries) {
      this.failures += 1;
      return retryDelayMs(this.failures - 1, reason.retryAfterMs, random, requestRetryPolicy);
    }
    this.failures = 0;
    return Math.max(this.intervalMs, retryAfterDelayMs(reason.retryAfterMs, random));
  }

  private settle(sent: BufferedFix[], rejected: number, isWhole: boolean): void {
    const { show, getState, onBuffered } = this.options;
    if (isWhole) this.buffer.removeUpTo(sent);
    else this.buffer.remove(sent);
    show({ bufferedFixes: this.buffer.size, rejectedFixes: getState().rejectedFixes + rejected });
    onBuffered();
  }
}
