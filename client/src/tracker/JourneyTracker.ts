import { newAbortController, type AbortControllerLike, type AbortSignalLike } from '../connection/abort.js';
import { elapsedBetween, momentOf, systemClock, type Clock, type Moment } from '../connection/clock.js';
import { EventClock } from '../connection/EventClock.js';
import { failure, failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import type {
  JourneyFieldsFragment,
  LiveLocationFieldsFragment,
  LocationInput,
} from '../generated/operations.js';
import { signalAt, thresholdsOf } from '../liveLocation/signalAge.js';
import { FixSender, inputOf } from './FixSender.js';
import type { Fix, PositionSource } from './position.js';
import { PositionWatch } from './PositionWatch.js';
import { ProblemReporter } from './ProblemReporter.js';
import { SerialQueue } from './SerialQueue.js';
import { StopRequest } from './StopRequest.js';
import { emptyRecord, randomId, TrackerStore } from './TrackerStore.js';
import type { KeyValueStorage, TrackedJourney, TrackerRecord } from './TrackerStore.js';
import { initialState, outcomeOf, refusesStart, sendingAfter } from './trackerState.js';
import type { ActionResult, JourneyOutcome, TrackerState } from './trackerState.js';
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

/** A fix this fresh is sent as taken now, by the service's clock: a wrong phone clock then does no harm. */
const freshFixMs = 5000;
/** What is not known, or reported by another device, is asked about this often. */
const checkIntervalMs = 30_000;
/** Of a journey whose end was not said: the service's default. */
const defaultLifeMs = 3_600_000;
const thresholds = thresholdsOf();

/**
 * One session as its trainer drives to it: a journey's start, its fixes and its end, each brought to the service once,
 * whatever happens to the network, the app or the service meanwhile. What `useJourneyTracker` shows, without React.
 */
export class JourneyTracker {
  private readonly observable = new ObservableState<TrackerState>(initialState);
  private readonly deviceClock: Clock;
  private readonly clock: EventClock;
  private readonly queue: SerialQueue;
  private readonly store: TrackerStore;
  private readonly sender: FixSender;
  private readonly watch: PositionWatch;
  private readonly stopRequest: StopRequest;
  private readonly problems: ProblemReporter;
  private record: TrackerRecord = emptyRecord;
  private deviceId: string | undefined;
  /** Set while open. */
  private run: AbortControllerLike | null = null;
  private restored: Promise<void> = Promise.resolve();
  private starting: Promise<ActionResult> | null = null;
  /** How many `deliver` calls are in progress: each stores the record itself. */
  private deliveries = 0;
  private cancelCheck: () => void = () => undefined;
  private cancelDeadline: () => void = () => undefined;
  private cancelAgeing: () => void = () => undefined;

  constructor(private readonly options: JourneyTrackerOptions) {
    const { clock = systemClock, random = Math.random, requestTimeoutMs = 10_000 } = options;
    const { maxBufferedFixes = 720, fixSpacingMs = 5000, sessionId, transport, position, storage } = options;
    this.deviceClock = clock;
    this.clock = new EventClock(clock);
    this.store = new TrackerStore(storage, sessionId, this.clock, (storageFailed) =>
      this.show({ storageFailed }),
    );
    this.queue = new SerialQueue({
      clock: this.clock,
      random,
      requestTimeoutMs,
      onRetry: (reason) => this.show({ failure: reason, sending: sendingAfter(reason) }),
    });
    this.watch = new PositionWatch({
      position,
      clock: this.clock,
      onFix: (fix) => this.onFix(fix),
      onProblem: () => this.show({}),
    });
    const shared = { sessionId, transport, queue: this.queue, clock: this.clock };
    this.sender = new FixSender({
      ...shared,
      deviceClock: clock,
      random,
      requestTimeoutMs,
      maxBufferedFixes,
      fixSpacingMs,
      deviceId: () => this.deviceId,
      getState: this.observable.get,
      show: (change) => this.show(change),
      onIdle: () => void this.askForFix(),
      onBuffered: () => this.onBuffered(),
      onFix: (fix) => this.watch.onFix(fix),
      onInvalidFix: () => this.watch.onInvalidFix(),
      onAccepted: (capturedAtMs, moment) => this.onAccepted(capturedAtMs, moment),
      onRefused: (reason) => this.onRefused(reason),
      onChecked: (live) => this.onChecked(live),
    });
    this.stopRequest = new StopRequest({ ...shared, random });
    this.problems = new ProblemReporter({ ...shared, deviceId: () => this.deviceId });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;

  /** Goes on where an earlier run of the app, or an earlier opening, left off. */
  readonly open = (): void => {
    if (this.run) return;
    this.run = newAbortController();
    this.queue.open();
    this.show(initialState);
    this.restored = this.restore(this.run.signal);
  };

  /** Ends the watch and gives up what is in flight. What was not sent stays in the storage. */
  readonly close = (): void => {
    this.run?.abort();
    this.run = null;
    this.endSharing();
    this.cancelCheck();
    this.cancelAgeing();
    this.stopRequest.cancel();
    this.queue.close();
    void this.store.flush();
  };

  /**
   * For a background task: takes the fixes that woke it, and settles when they were stored and sent, or put off until the
   * next event. It needs no timer and opens the tracker by itself; all fixes of one call arrived now.
   */
  readonly deliver = async (fixes: readonly Fix[]): Promise<void> => {
    this.open();
    this.deliveries += 1;
    try {
      await this.sender.suspendedDuring(async () => {
        this.clock.runDue();
        await this.restored;
        if (!this.isSharing()) return;
        this.sender.keep(fixes);
        // Written before the request is sent: the process may be killed at any moment from here on.
        await this.persist({});
      });
      await this.sender.settled();
      await this.stopRequest.settled();
      if (this.isSharing()) await this.persist({});
      else await this.store.flush();
    } finally {
      this.deliveries -= 1;
    }
  };

  /** Takes another source of position, also in the middle of a journey. */
  readonly watchFrom = (position: PositionSource): void => this.watch.use(position);

  readonly start = (): Promise<ActionResult> => {
    this.clock.runDue();
    this.starting ??= this.startOnce().finally(() => (this.starting = null));
    return this.starting;
  };

  /** With a fresh fix when the source can give one, else by what the service has. */
  readonly arrive = async (): Promise<ActionResult> => {
    this.clock.runDue();
    await this.restored;
    const { run } = this;
    const { journey, phase } = this.getState();
    if (!run || !journey || phase !== 'EN_ROUTE') return notActive();
    this.show({ phase: 'ARRIVING' });
    this.sender.hold();
    const fix = await this.freshFix();
    try {
      const { state } = await this.queue.add(() => this.sendArrival(fix), { urgent: true });
      if (!run.signal.aborted) this.end(outcomeOf(state), journey);
      await this.store.flush();
      return { ok: true, journey };
    } catch (error) {
      const reason = failureOf(error);
      if (!run.signal.aborted && this.getState().phase === 'ARRIVING') this.onNotArrived(reason);
      return { ok: false, failure: reason };
    }
  };

  /**
   * From here on nothing is watched, kept or sent, even if the service can't be reached yet: then the failure says why,
   * the phase stays STOPPING, and the stop is sent as soon as that works, also after a restart.
   */
  readonly stop = async (): Promise<ActionResult> => {
    this.clock.runDue();
    await this.restored;
    await this.starting;
    const { journey } = this.getState();
    if (!journey || !this.run || this.getState().phase === 'ENDED') return notActive();
    this.endSharing();
    this.sender.clear();
    this.show({ phase: 'STOPPING' });
    const stored = this.persist({ journey, stopRequested: true });
    const reason = await this.sendStop(this.run.signal);
    await stored;
    await this.store.flush();
    return reason ? { ok: false, failure: reason } : { ok: true, journey };
  };

  /** From now on this device reports the journey that another one reported. */
  readonly takeOver = async (): Promise<ActionResult> => {
    this.clock.runDue();
    await this.restored;
    const { run } = this;
    const { journey, sending } = this.getState();
    if (!run || !journey || sending !== 'TAKEN_OVER') return notActive();
    const { sessionId, transport } = this.options;
    const send = async (): Promise<TrackedJourney> => {
      if (!transport.takeOverJourney) return journey;
      const deviceId = this.deviceId ?? '';
      return tracked(
        await this.queue.send((signal) => transport.takeOverJourney!(sessionId, deviceId, signal)),
      );
    };
    try {
      const taken = await this.queue.add(send, { urgent: true });
      if (!run.signal.aborted) this.begin(taken);
      return { ok: true, journey: taken };
    } catch (error) {
      const reason = failureOf(error);
      if (!run.signal.aborted) this.onCheckFailed(reason);
      return { ok: false, failure: reason };
    }
  };

  /** Sends at once, say after a new token. */
  readonly retrySending = (): void => {
    const { run } = this;
    if (!run) return;
    this.clock.runDue();
    const { phase, sending } = this.getState();
    if (sending === 'TAKEN_OVER') void this.check(run.signal);
    else if (phase === 'READY') this.restored = this.findJourney(run.signal);
    else if (phase === 'STOPPING') void this.sendStop(run.signal);
    else if (phase === 'EN_ROUTE') {
      this.show({ sending: 'ONLINE' });
      this.sender.release({ atOnce: true });
    }
  };

  /** Begins a failed watch again at once, say after a permission was granted; one that works goes on as it is. */
  readonly restartWatch = (): void => {
    this.clock.runDue();
    this.watch.restart();
  };

  private show(change: Partial<TrackerState>): void {
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

  private persist(change: Partial<TrackerRecord>): Promise<void> {
    this.record = { ...this.record, ...change, fixes: this.sender.fixes };
    return this.store.save(this.record);
  }

  private onBuffered(): void {
    this.record = { ...this.record, fixes: this.sender.fixes };
    if (this.deliveries === 0) this.store.saveSoon(this.record);
  }

  /** Whether this device reports the journey. */
  private isSharing(): boolean {
    return this.run !== null && this.record.journey !== null && !this.record.stopRequested;
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

  private onAccepted(capturedAtMs: number, at: Moment): void {
    this.problems.onAccepted();
    this.showSignal({ ageMs: Math.max(0, at.wallMs - capturedAtMs), at });
  }

  /** Ages what the student sees, by itself while nothing is accepted. */
  private showSignal(acceptedFix: NonNullable<TrackerState['acceptedFix']>): void {
    this.cancelAgeing();
    const ageMs = acceptedFix.ageMs + elapsedBetween(acceptedFix.at, momentOf(this.deviceClock));
    const { signal, changesInMs } = signalAt({ capturedAt: '', ageMs, atMs: 0 }, 0, thresholds);
    this.show({ acceptedFix, signal });
    if (changesInMs !== null)
      this.cancelAgeing = this.clock.after(changesInMs, () => this.showSignal(acceptedFix));
  }

  // --- beginning

  private async restore(run: AbortSignalLike): Promise<void> {
    const record = await this.store.load();
    this.deviceId ??= this.options.deviceId ?? (await this.store.deviceId());
    if (run.aborted) return;
    this.record = record;
    if (!record.journey) return this.findJourney(run);
    const journey = { ...record.journey, expiresAt: record.journey.expiresAt ?? null };
    const remainingMs = (record.endsAtMs ?? Date.parse(journey.startedAt) + defaultLifeMs) - this.clock.now();
    this.continueJourney(journey, remainingMs);
  }

  private askAboutJourney(options?: { urgent: boolean }): Promise<LiveLocationFieldsFragment> {
    const { sessionId, transport } = this.options;
    return this.queue.add(
      () => this.queue.send((signal) => transport.liveLocation(sessionId, signal), 0),
      options,
    );
  }

  private sendStart(clientRequestId: string): Promise<JourneyFieldsFragment> {
    const { deviceId } = this;
    const { sessionId, transport } = this.options;
    return this.queue.add(() =>
      this.queue.send((signal) => transport.startJourney({ sessionId, clientRequestId, deviceId }, signal)),
    );
  }

  /** Nothing of ours: but the journey may have begun on another device, or the answer to its start was lost. */
  private async findJourney(run: AbortSignalLike): Promise<void> {
    this.cancelCheck();
    try {
      const live = await this.askAboutJourney();
      if (run.aborted || this.record.journey) return;
      const { clientRequestId } = this.record;
      if (live.isActive && clientRequestId) await this.claimStart(run, clientRequestId, live);
      else if (live.isActive) this.showOther(live);
      else if (live.state === 'ARRIVED') this.end('ARRIVED', journeyOf(live));
      else this.show({ phase: 'READY', sending: 'ONLINE', failure: null });
    } catch (error) {
      if (run.aborted || this.record.journey) return;
      // Not known is not "none": the trainer may start, and an active journey then answers for itself.
      const reason = failureOf(error);
      this.show({ phase: 'READY', failure: reason, sending: sendingAfter(reason) });
      const kind = kindOf(reason);
      if (kind !== 'GONE' && kind !== 'REFUSED') this.scheduleCheck(run);
    }
  }

  /** Asked again as the same request, a start whose answer was lost says whether the active journey is its own. */
  private async claimStart(
    run: AbortSignalLike,
    clientRequestId: string,
    live: LiveLocationFieldsFragment,
  ): Promise<void> {
    try {
      const started = await this.sendStart(clientRequestId);
      if (!run.aborted) this.onStarted(started);
    } catch (error) {
      if (failureOf(error).code !== 'JOURNEY_ALREADY_STARTED') throw error;
      if (!run.aborted) this.showOther(live);
    }
  }

  private async startOnce(): Promise<ActionResult> {
    await this.restored;
    const { run } = this;
    if (!run) return { ok: false, failure: failure('CLOSED', 'The tracker is closed.') };
    const { phase, journey } = this.getState();
    if (journey && phase !== 'ENDED') return { ok: true, journey };
    this.cancelCheck();
    const clientRequestId = this.record.clientRequestId ?? randomId('start');
    this.show({ phase: 'STARTING', journey: null, outcome: null, failure: null });
    // Stored before it is sent: whatever happens after, the next try is the same request.
    await this.persist({ clientRequestId });
    try {
      const started = await this.sendStart(clientRequestId);
      if (!run.signal.aborted) this.onStarted(started);
      return { ok: true, journey: tracked(started) };
    } catch (error) {
      const reason = failureOf(error);
      return run.signal.aborted ? { ok: false, failure: reason } : this.onNotStarted(reason);
    }
  }

  private onStarted(started: JourneyFieldsFragment): void {
    if (started.state === 'EN_ROUTE') this.begin(started);
    else this.end(outcomeOf(started.state), tracked(started));
  }

  private onNotStarted(reason: JourneyFailure): ActionResult {
    const { journeyId, startedAt } = reason.extensions;
    if (reason.code === 'JOURNEY_ALREADY_STARTED' && journeyId && startedAt) {
      this.showOther({ journeyId, startedAt });
      return { ok: true, journey: { id: journeyId, startedAt, expiresAt: null } };
    }
    if (refusesStart(reason)) void this.persist({ clientRequestId: null });
    this.show({ phase: 'READY', failure: reason, sending: sendingAfter(reason) });
    return { ok: false, failure: reason };
  }

  /** This device reports from now on. */
  private begin({ id, startedAt, expiresAt }: TrackedJourney): void {
    const lifeMs = expiresAt ? Date.parse(expiresAt) - Date.parse(startedAt) : defaultLifeMs;
    const journey = { id, startedAt, expiresAt };
    this.sender.clear();
    void this.persist({
      clientRequestId: null,
      journey,
      stopRequested: false,
      endsAtMs: this.clock.now() + lifeMs,
    });
    this.continueJourney(journey, lifeMs);
  }

  private continueJourney(journey: TrackedJourney, remainingMs: number): void {
    const { stopRequested, fixes } = this.record;
    const { storageFailed } = this.getState();
    this.cancelCheck();
    this.show({ ...initialState, storageFailed, journey, phase: stopRequested ? 'STOPPING' : 'EN_ROUTE' });
    this.cancelDeadline = this.clock.after(Math.max(0, remainingMs), () => void this.onDeadline());
    if (stopRequested) {
      if (this.run) void this.sendStop(this.run.signal);
      return;
    }
    this.watch.start();
    this.sender.open(fixes);
  }

  // --- another device

  /** Another device reports: the journey is shown, and looked at now and then. */
  private showOther(live: JourneyStart & Partial<LiveLocationFieldsFragment>): void {
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
    if (this.run) this.scheduleCheck(this.run.signal);
  }

  private scheduleCheck(run: AbortSignalLike): void {
    this.cancelCheck();
    this.cancelCheck = this.clock.after(checkIntervalMs, () => void this.check(run));
  }

  private async check(run: AbortSignalLike): Promise<void> {
    this.cancelCheck();
    const { phase, sending } = this.getState();
    if (run.aborted) return;
    if (phase === 'READY') {
      this.restored = this.findJourney(run);
      return;
    }
    if (sending !== 'TAKEN_OVER') return;
    try {
      const live = await this.askAboutJourney();
      if (run.aborted || this.getState().sending !== 'TAKEN_OVER') return;
      if (live.isActive) this.showOther(live);
      else this.onEnded(live);
    } catch (error) {
      if (!run.aborted && this.getState().sending === 'TAKEN_OVER') this.onCheckFailed(failureOf(error));
    }
  }

  private onCheckFailed(reason: JourneyFailure): void {
    if (kindOf(reason) === 'GONE')
      return this.end(outcomeOf(reason.extensions.state), this.getState().journey, reason);
    this.show({ failure: reason });
    if (this.run) this.scheduleCheck(this.run.signal);
  }

  // --- failing

  private onRefused(reason: JourneyFailure): void {
    const kind = kindOf(reason);
    if (reason.code === 'OTHER_DEVICE_REPORTS') return this.onTakenOver(reason);
    if (kind === 'GONE') return this.end(outcomeOf(reason.extensions.state), this.record.journey, reason);
    if (kind === 'REFUSED') this.sender.hold();
    this.show({ failure: reason, sending: kind === 'REFUSED' ? 'REFUSED' : sendingAfter(reason) });
  }

  private onTakenOver(reason: JourneyFailure): void {
    const { journey } = this.getState();
    this.showOther({ journeyId: journey?.id ?? null, startedAt: journey?.startedAt ?? null });
    this.show({ failure: reason });
    // The other device may have started a journey of its own.
    if (this.run) void this.check(this.run.signal);
  }

  private onChecked(live: LiveLocationFieldsFragment): void {
    if (!live.isActive) this.onEnded(live);
    else if (live.journeyId !== this.record.journey?.id) this.showOther(live);
    else this.show({ sending: 'ONLINE', failure: null });
  }

  private onEnded({ journeyId, state }: LiveLocationFieldsFragment): void {
    const { journey } = this.getState();
    this.end(journeyId === journey?.id ? outcomeOf(state) : 'UNKNOWN', journey);
  }

  private onNotArrived(reason: JourneyFailure): void {
    const isRefused = kindOf(reason) === 'REFUSED';
    this.show({
      phase: 'EN_ROUTE',
      distanceMeters: reason.extensions.distanceMeters ?? this.getState().distanceMeters,
      // What an update before it said about the door is overruled, until the next one.
      canMarkArrived: this.getState().canMarkArrived && !isRefused,
      failure: reason,
    });
    // Too far, or no fix: the journey goes on, and so do its fixes.
    if (!isRefused || reason.code === 'OTHER_DEVICE_REPORTS') this.onRefused(reason);
    if (this.isSharing()) this.sender.release();
  }

  // --- ending

  private async freshFix(): Promise<Fix | null> {
    const current = await this.watch.currentFix();
    const fix = (current && this.sender.correctedFix(current)) ?? this.getState().lastFix;
    return fix && Math.abs(this.clock.now() - fix.capturedAtMs) <= freshFixMs ? fix : null;
  }

  private async sendArrival(fix: Fix | null): Promise<JourneyFieldsFragment> {
    const { deviceId } = this;
    const { sessionId, transport } = this.options;
    const arriveBy = (location: LocationInput | null): Promise<JourneyFieldsFragment> =>
      this.queue.send((signal) => transport.markArrived({ sessionId, location, deviceId }, signal));
    if (!fix) return arriveBy(null);
    try {
      return await arriveBy({ ...inputOf(fix), capturedAt: null });
    } catch (error) {
      if (failureOf(error).code !== 'LOCATION_IMPLAUSIBLE') throw error;
      // Indoors a fix may be off by a kilometre, while the one before the door was good.
      return await arriveBy(null).catch((later) => {
        throw failureOf(later).code === 'LOCATION_UNKNOWN' ? error : later;
      });
    }
  }

  private async sendStop(run: AbortSignalLike): Promise<JourneyFailure | null> {
    const { journey } = this.record;
    if (!journey) return null;
    try {
      const stopped = await this.stopRequest.send(() => !run.aborted && this.record.journey !== null);
      if (stopped && !run.aborted) this.end(outcomeOf(stopped.state), journey);
      return null;
    } catch (error) {
      const reason = failureOf(error);
      if (run.aborted || !this.record.journey) return reason;
      this.onRefused(reason);
      const { phase, sending } = this.getState();
      if (phase === 'STOPPING' && sending !== 'REFUSED')
        this.stopRequest.sendLater(reason, () => void this.sendStop(run));
      return reason;
    }
  }

  /** The journey's hour is over by this phone's clock: the service is asked once, but its silence changes nothing. */
  private async onDeadline(): Promise<void> {
    const { run } = this;
    const { journey } = this.record;
    if (!run || !journey) return;
    try {
      const live = await this.askAboutJourney({ urgent: true });
      if (run.signal.aborted || this.record.journey?.id !== journey.id) return;
      if (!live.isActive || live.journeyId !== journey.id) return this.onChecked(live);
      // The phone's clock was set forward: only the service knows when it ends.
      this.cancelDeadline = this.clock.after(checkIntervalMs, () => void this.onDeadline());
    } catch {
      if (!run.signal.aborted && this.record.journey?.id === journey.id) this.end('EXPIRED', journey);
    }
  }

  private endSharing(): void {
    this.watch.stop();
    this.sender.close();
    this.cancelDeadline();
    this.problems.cancel();
  }

  /** This device reports no journey any more, also not after a restart. */
  private forget(): void {
    this.endSharing();
    this.sender.clear();
    this.record = emptyRecord;
    void this.store.save(emptyRecord);
  }

  private end(
    outcome: JourneyOutcome,
    journey: TrackedJourney | null,
    reason: JourneyFailure | null = null,
  ): void {
    this.forget();
    this.cancelCheck();
    this.cancelAgeing();
    this.stopRequest.cancel();
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
}

type JourneyStart = Pick<LiveLocationFieldsFragment, 'journeyId' | 'startedAt'>;

const tracked = ({ id, startedAt, expiresAt }: JourneyFieldsFragment): TrackedJourney => ({
  id,
  startedAt,
  expiresAt,
});

/** One that another device reports: its end is not said. */
const journeyOf = ({ journeyId, startedAt }: JourneyStart): TrackedJourney | null =>
  journeyId && startedAt ? { id: journeyId, startedAt, expiresAt: null } : null;

const notActive = (): ActionResult => ({
  ok: false,
  failure: failure('JOURNEY_NOT_ACTIVE', 'No journey is active on this device.'),
});
