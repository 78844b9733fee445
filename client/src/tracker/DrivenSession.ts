import type { AbortControllerLike } from '../connection/abort.js';
import { systemClock, type Clock } from '../connection/clock.js';
import { EventClock } from '../connection/EventClock.js';
import type { JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import type { LiveLocationFieldsFragment } from '../generated/operations.js';
import { FixSender } from './FixSender.js';
import type { Fix, PositionSource } from './position.js';
import { PositionWatch } from './PositionWatch.js';
import { ProblemReporter } from './ProblemReporter.js';
import { SerialQueue } from './SerialQueue.js';
import { SessionRequests } from './SessionRequests.js';
import { StopRequest } from './StopRequest.js';
import { StudentSignal } from './StudentSignal.js';
import { emptyRecord, TrackerStore } from './TrackerStore.js';
import type { KeyValueStorage, TrackedJourney, TrackerRecord } from './TrackerStore.js';
import { initialState, journeyOf, sendingAfter } from './trackerState.js';
import type { ActionResult, JourneyOutcome, StartedJourney, TrackerState } from './trackerState.js';
import type { JourneyTransport } from './transport.js';

export interface JourneyTrackerOptions {
  sessionId: string;
  transport: JourneyTransport;
  position: PositionSource;
  storage: KeyValueStorage;
  /** Names this device to the service. Default: one that is made once and kept in the storage. */
  deviceId?: string;
  /** Default 720: an hour at one fix in 5 s. Beyond it the oldest are dropped, and counted. */
  maxBufferedFixes?: number;
  /** Default 5000, the service's interval: fixes kept in the buffer are at least this far apart. */
  fixSpacingMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
  clock?: Clock;
  random?: () => number;
}

/** What happens to a session that others decide about. */
export interface SessionEvents {
  /** Why no fix could be sent, beyond what the sender can handle by itself. */
  onRefused(reason: JourneyFailure): void;
  /** What the service knows about the journey, asked for want of fixes to send. */
  onChecked(live: LiveLocationFieldsFragment): void;
  /** The journey's time is over by this phone's clock. */
  onDeadline(): void;
  /** What is not known, or reported by another device, is to be asked about again. */
  onCheckDue(): void;
  /** A stop was requested that the service has not confirmed. */
  onStopDue(): void;
}

/** What is not known, or reported by another device, is asked about this often. */
export const checkIntervalMs = 30_000;
/** Of a journey whose end was not said: the service's default. */
const defaultLifeMs = 3_600_000;

/**
 * One session on this device: its state, its record in the storage, and what runs while its journey is shared. Its
 * methods are the steps between the phases; what decides on them is in journeyStart.ts, journeyEnd.ts, otherDevice.ts and verdicts.ts.
 */
export class DrivenSession {
  private readonly observable = new ObservableState<TrackerState>(initialState);
  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;
  readonly clock: EventClock;
  readonly queue: SerialQueue;
  readonly requests: SessionRequests;
  readonly store: TrackerStore;
  readonly sender: FixSender;
  readonly watch: PositionWatch;
  readonly stopRequest: StopRequest;
  record: TrackerRecord = emptyRecord;
  /** Set while open. */
  run: AbortControllerLike | null = null;
  /** Settles when the record of an earlier run was read, and what it left unknown was asked. */
  restored: Promise<void> = Promise.resolve();
  starting: Promise<ActionResult> | null = null;
  /** How many `deliver` calls are in progress: each stores the record itself. */
  deliveries = 0;
  private readonly signal: StudentSignal;
  private readonly problems: ProblemReporter;
  private cancelDeadline: () => void = () => undefined;
  private cancelTimer: () => void = () => undefined;

  constructor(
    readonly options: JourneyTrackerOptions,
    private readonly events: SessionEvents,
  ) {
    const { clock: deviceClock = systemClock, random = Math.random, requestTimeoutMs = 10_000 } = options;
    const { maxBufferedFixes = 720, fixSpacingMs = 5000, sessionId, transport, position, storage } = options;
    const clock = new EventClock(deviceClock);
    this.clock = clock;
    this.store = new TrackerStore(storage, sessionId, clock, (storageFailed) => this.show({ storageFailed }));
    this.queue = new SerialQueue({
      clock,
      random,
      requestTimeoutMs,
      onRetry: (reason) => this.show({ failure: reason, sending: sendingAfter(reason) }),
    });
    this.requests = new SessionRequests({ sessionId, transport, queue: this.queue });
    this.watch = new PositionWatch({
      position,
      clock,
      onFix: (fix) => this.onFix(fix),
      onProblem: () => this.show({}),
    });
    this.signal = new StudentSignal({ deviceClock, clock, show: (change) => this.show(change) });
    this.problems = new ProblemReporter(this.requests, clock);
    this.stopRequest = new StopRequest(this.requests, clock, random);
    this.sender = new FixSender({
      requests: this.requests,
      deviceClock,
      clock,
      random,
      requestTimeoutMs,
      maxBufferedFixes,
      fixSpacingMs,
      getState: this.getState,
      show: (change) => this.show(change),
      onIdle: () => void this.askForFix(),
      onBuffered: () => this.onBuffered(),
      onFix: (fix) => this.watch.onFix(fix),
      onInvalidFix: () => this.watch.onInvalidFix(),
      onAccepted: (capturedAtMs, at) => {
        this.problems.onAccepted();
        this.signal.onAccepted(capturedAtMs, at);
      },
      onRefused: (reason) => events.onRefused(reason),
      onChecked: (live) => events.onChecked(live),
    });
  }

  /** Whether this device reports the journey. */
  isSharing(): boolean {
    return this.run !== null && this.record.journey !== null && !this.record.stopRequested;
  }

  show(change: Partial<TrackerState>): void {
    const { phase, sending } = { ...this.getState(), ...change };
    const isActive = phase === 'EN_ROUTE' || phase === 'ARRIVING';
    const trackingProblem = !isActive
      ? null
      : sending === 'UNAUTHENTICATED'
        ? 'SIGNED_OUT'
        : this.watch.trackingProblem;
    this.observable.update({ ...change, positionProblem: this.watch.problem, trackingProblem });
    if (this.isSharing() && sending === 'ONLINE') this.problems.report(trackingProblem);
  }

  persist(change: Partial<TrackerRecord>): Promise<void> {
    this.record = { ...this.record, ...change, fixes: this.sender.fixes };
    return this.store.save(this.record);
  }

  /** This device reports from now on. */
  begin({ id, startedAt, expiresAt }: TrackedJourney): void {
    const lifeMs = expiresAt ? Date.parse(expiresAt) - Date.parse(startedAt) : defaultLifeMs;
    const journey = { id, startedAt, expiresAt };
    const endsAtMs = this.clock.now() + lifeMs;
    this.sender.clear();
    void this.persist({ clientRequestId: null, journey, stopRequested: false, endsAtMs });
    this.share(journey, lifeMs);
  }

  /** Goes on with what an earlier run of the app left in the record. */
  goOn({ id, startedAt, expiresAt = null }: TrackedJourney): void {
    const endsAtMs = this.record.endsAtMs ?? Date.parse(startedAt) + defaultLifeMs;
    this.share({ id, startedAt, expiresAt }, endsAtMs - this.clock.now());
  }

  /** Another device reports: the journey is shown, and looked at now and then. */
  showOther(live: StartedJourney & Partial<LiveLocationFieldsFragment>): void {
    this.forget();
    const { storageFailed, journey: shown } = this.getState();
    this.show({
      ...initialState,
      storageFailed,
      phase: 'EN_ROUTE',
      journey: shown && shown.id === live.journeyId ? shown : journeyOf(live),
      sending: 'TAKEN_OVER',
      signal: live.signal ?? null,
      distanceMeters: live.distanceMeters ?? null,
    });
    this.scheduleCheck();
  }

  end(outcome: JourneyOutcome, journey: TrackedJourney | null, reason: JourneyFailure | null = null): void {
    this.forget();
    this.cancelRest();
    this.show({
      phase: 'ENDED',
      outcome,
      journey,
      canMarkArrived: false,
      signal: null,
      sending: 'ONLINE',
      failure: reason,
    });
  }

  endSharing(): void {
    this.watch.stop();
    this.sender.close();
    this.cancelDeadline();
    this.problems.cancel();
  }

  close(): void {
    this.run?.abort();
    this.run = null;
    this.endSharing();
    this.cancelRest();
    this.queue.close();
    void this.store.flush();
  }

  scheduleDeadline(delayMs: number): void {
    this.cancelDeadline();
    this.cancelDeadline = this.clock.after(Math.max(0, delayMs), () => this.events.onDeadline());
  }

  scheduleCheck(): void {
    this.cancelCheck();
    if (this.run) this.cancelTimer = this.clock.after(checkIntervalMs, () => this.events.onCheckDue());
  }

  checkNow(): void {
    this.events.onCheckDue();
  }

  cancelCheck(): void {
    this.cancelTimer();
  }

  private share(journey: TrackedJourney, remainingMs: number): void {
    const { stopRequested, fixes } = this.record;
    const { storageFailed } = this.getState();
    this.cancelCheck();
    this.show({ ...initialState, storageFailed, journey, phase: stopRequested ? 'STOPPING' : 'EN_ROUTE' });
    this.scheduleDeadline(remainingMs);
    if (stopRequested) return this.events.onStopDue();
    this.watch.start();
    this.sender.open(fixes);
  }

  /** This device reports no journey any more, also not after a restart. */
  private forget(): void {
    this.endSharing();
    this.sender.clear();
    this.record = emptyRecord;
    void this.store.save(emptyRecord);
  }

  /** What goes on without being shared. */
  private cancelRest(): void {
    this.cancelCheck();
    this.signal.cancel();
    this.stopRequest.cancel();
  }

  private onBuffered(): void {
    this.record = { ...this.record, fixes: this.sender.fixes };
    if (this.deliveries === 0) this.store.saveSoon(this.record);
  }

  private onFix(fix: Fix): void {
    this.clock.runDue();
    if (!this.isSharing()) return;
    this.sender.keep([fix]);
    this.sender.pump();
  }

  private async askForFix(): Promise<void> {
    const fix = await this.watch.currentFix();
    if (fix) this.onFix(fix);
  }
}
