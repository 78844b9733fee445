import type { Clock } from '../connection/clock.js';
import { failureOf, type JourneyFailure } from '../connection/failure.js';
import { retryAfterDelayMs } from '../connection/retry.js';
import type { LiveLocationFieldsFragment, LocationInput } from '../generated/operations.js';
import { FixBuffer, type BufferedFix } from './FixBuffer.js';
import { cleanFix, currentFixTimeoutMs, type Fix, type PositionSource } from './position.js';
import type { RequestLane } from './RequestLane.js';
import type { TrackerState } from './trackerState.js';
import type { JourneyTransport } from './transport.js';

export interface FixSenderOptions {
  sessionId: string;
  transport: JourneyTransport;
  position: PositionSource;
  lane: RequestLane;
  clock: Clock;
  random: () => number;
  maxBufferedFixes: number;
  fixSpacingMs: number;
  getState(): TrackerState;
  show(change: Partial<TrackerState>): void;
  /** The buffer changed and should be stored. */
  onBuffered(): void;
  /** Why nothing could be sent, beyond what the sender can mend by itself. */
  onRefused(failure: JourneyFailure): void;
  /** What the service says of the journey, asked for want of fixes to send. */
  onSeen(live: LiveLocationFieldsFragment): void;
}

/** The service's bound on a batch. */
const maxBatchFixes = 100;
/** Before the service's first answer: its pace while moving. */
const initialPaceMs = 5000;
/** So often a phone that has nothing to send asks whether the journey goes on: else it would hear of no 410. */
const lookPaceMs = 30_000;

export const inputOf = ({ capturedAtMs, ...place }: Fix): LocationInput => ({
  ...place,
  capturedAt: new Date(capturedAtMs).toISOString(),
});

/** Watches the position while a journey is under way, and brings the fixes to the service at the service's pace. */
export class FixSender {
  private readonly buffer: FixBuffer;
  private position: PositionSource;
  private stopWatch: (() => void) | null = null;
  /** Set while open; another one after each opening, so that what an earlier one began does not touch a later one. */
  private run: object | null = null;
  private held = false;
  private sending: object | null = null;
  private cancelTick: () => void = () => undefined;
  /** Before this the service wants no update. */
  private notBeforeMs = 0;
  /** When the service was last asked for anything. */
  private heardAtMs = 0;
  private paceMs = initialPaceMs;
  private batchLimit = maxBatchFixes;

  constructor(private readonly options: FixSenderOptions) {
    this.position = options.position;
    this.buffer = new FixBuffer(options.maxBufferedFixes, options.fixSpacingMs);
  }

  get fixes(): Fix[] {
    return this.buffer.fixes;
  }

  /** Begins the watch; `fixes` are what an earlier run of the app could not send. */
  open(fixes: readonly Fix[]): void {
    this.run = {};
    this.held = false;
    this.paceMs = initialPaceMs;
    this.notBeforeMs = 0;
    this.heardAtMs = this.options.clock.now();
    this.batchLimit = maxBatchFixes;
    this.buffer.restore(fixes);
    this.options.show({ bufferedFixes: this.buffer.size });
    this.beginWatch();
    this.schedule(0);
  }

  /** Ends the watch; the fixes stay until the next opening. */
  close(): void {
    this.run = null;
    this.stopWatch?.();
    this.stopWatch = null;
    this.cancelTick();
  }

  /** Watches on, but sends nothing. */
  hold(): void {
    this.held = true;
    this.cancelTick();
  }

  release(delayMs = this.nextDelayMs()): void {
    this.held = false;
    this.schedule(delayMs);
  }

  clear(): void {
    this.buffer.clear();
    this.options.show({ bufferedFixes: 0 });
  }

  /** Takes another source, also in the middle of a journey. */
  watchFrom(position: PositionSource): void {
    if (position === this.position) return;
    this.position = position;
    if (this.run) this.beginWatch();
  }

  /** Watches anew: a permission that was refused ends a watch for good. */
  beginWatch(): void {
    this.stopWatch?.();
    const { run, position } = this;
    const isCurrent = (): boolean => run !== null && run === this.run && position === this.position;
    try {
      this.stopWatch = position.watch(
        (fix) => isCurrent() && this.keep(fix),
        (positionProblem) => isCurrent() && this.options.show({ positionProblem }),
      );
    } catch {
      // A browser without a secure connection has no geolocation at all.
      this.stopWatch = null;
      this.options.show({ positionProblem: 'POSITION_UNAVAILABLE' });
    }
  }

  /** One from the source if it can give one in time. */
  async currentFix(): Promise<Fix | null> {
    const { clock } = this.options;
    const ask = async (): Promise<Fix | null> => {
      const fix = await this.position.current?.();
      return fix ? cleanFix(fix) : null;
    };
    let cancel: () => void = () => undefined;
    const late = new Promise<null>(
      (resolve) => (cancel = clock.after(currentFixTimeoutMs, () => resolve(null))),
    );
    return Promise.race([ask().catch(() => null), late]).finally(cancel);
  }

  private keep(given: Fix): void {
    const { show, getState, onBuffered, clock } = this.options;
    const fix = cleanFix(given);
    if (!fix) return;
    const dropped = this.buffer.add(fix);
    show({
      lastFix: fix,
      positionProblem: null,
      bufferedFixes: this.buffer.size,
      droppedFixes: getState().droppedFixes + dropped,
    });
    onBuffered();
    if (clock.now() >= this.notBeforeMs) this.schedule(0);
  }

  private schedule(delayMs: number): void {
    const { run } = this;
    const { clock } = this.options;
    if (!run || this.held) return;
    this.cancelTick();
    this.cancelTick = clock.after(delayMs, () => void this.tick(run));
  }

  private async tick(run: object): Promise<void> {
    if (this.sending === run) return; // it schedules the next one when it is done
    this.sending = run;
    if (this.buffer.size === 0) await this.askForFix(run);
    if (this.run === run && !this.held) {
      if (this.buffer.size > 0) await this.send(run);
      else if (this.options.clock.now() - this.heardAtMs >= lookPaceMs) await this.look(run);
    }
    if (this.sending === run) this.sending = null;
    if (this.run === run) this.schedule(this.nextDelayMs());
  }

  /** As soon as the service wants the fixes that wait; without any, a heartbeat. */
  private nextDelayMs(): number {
    return Math.max(this.buffer.size > 0 ? 0 : this.paceMs, this.notBeforeMs - this.options.clock.now());
  }

  /** Standing still the watch is silent, and silence would look like a lost signal to the student. */
  private async askForFix(run: object): Promise<void> {
    const fix = await this.currentFix();
    if (fix && this.run === run) this.keep(fix);
  }

  private async look(run: object): Promise<void> {
    const { sessionId, transport, lane, clock, onSeen, onRefused } = this.options;
    this.heardAtMs = clock.now();
    try {
      const live = await lane.enter(() => lane.ask((signal) => transport.liveLocation(sessionId, signal), 0));
      if (this.run === run) onSeen(live);
    } catch (error) {
      if (this.run === run) onRefused(failureOf(error));
    }
  }

  private async send(run: object): Promise<void> {
    const { sessionId, transport, lane, clock } = this.options;
    this.heardAtMs = clock.now();
    let sent: BufferedFix[] = [];
    try {
      const update = await lane.enter(() =>
        lane.ask((signal) => {
          sent = this.buffer.oldest(this.batchLimit);
          const sentAt = new Date(clock.now()).toISOString();
          return transport.updateLocations(
            sessionId,
            sent.map(({ fix }) => inputOf(fix)),
            sentAt,
            signal,
          );
        }),
      );
      if (this.run === run) this.onSent(update, sent);
    } catch (error) {
      if (this.run === run) this.onNotSent(failureOf(error), sent);
    }
  }

  private onSent(
    update: Awaited<ReturnType<JourneyTransport['updateLocations']>>,
    sent: BufferedFix[],
  ): void {
    const rejections = update.results.filter(({ status }) => status === 'REJECTED');
    this.batchLimit = maxBatchFixes;
    this.paceMs = update.nextUpdateMs;
    this.notBeforeMs = this.options.clock.now() + this.paceMs;
    this.settle(sent, rejections.length);
    this.options.show({
      sending: 'ONLINE',
      failure: null,
      lastRejection: rejections.at(-1)?.rejection ?? this.options.getState().lastRejection,
      distanceMeters: update.distanceMeters,
      canMarkArrived: update.canMarkArrived,
    });
  }

  private onNotSent(reason: JourneyFailure, sent: BufferedFix[]): void {
    const isSpoiled = reason.code === 'BAD_USER_INPUT' || reason.code === 'LOCATION_IMPLAUSIBLE';
    if (!isSpoiled) {
      const retryAfterMs = retryAfterDelayMs(reason.retryAfterMs, this.options.random);
      this.notBeforeMs = this.options.clock.now() + Math.max(this.paceMs, retryAfterMs);
      return this.options.onRefused(reason);
    }
    // Refused before its rate was counted: the rest may follow at once.
    this.options.show({ failure: reason });
    if (sent.length > 1) {
      // One fix spoils the batch. Halved until it stands alone, it is found, and the others go through.
      this.batchLimit = Math.ceil(sent.length / 2);
    } else {
      this.batchLimit = maxBatchFixes;
      this.settle(sent, sent.length);
      this.options.show({ lastRejection: reason.facts.rejection ?? this.options.getState().lastRejection });
    }
  }

  private settle(sent: BufferedFix[], rejected: number): void {
    const { show, getState, onBuffered } = this.options;
    this.buffer.remove(sent);
    show({ bufferedFixes: this.buffer.size, rejectedFixes: getState().rejectedFixes + rejected });
    onBuffered();
  }
}
