import { systemClock, type Clock } from '../connection/clock.js';
import { failure, failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { retryAfterDelayMs } from '../connection/retry.js';
import type {
  JourneyFieldsFragment,
  LiveLocationFieldsFragment,
  LocationInput,
} from '../generated/operations.js';
import { FixSender, inputOf } from './FixSender.js';
import type { Fix, PositionSource } from './position.js';
import { RequestLane } from './RequestLane.js';
import { emptyRecord, TrackerStore } from './TrackerStore.js';
import type { KeyValueStorage, TrackedJourney, TrackerRecord } from './TrackerStore.js';
import { idle, outcomeOf, refusesStart } from './trackerState.js';
import type { ActionResult, JourneyOutcome, TrackerState } from './trackerState.js';
import type { JourneyTransport } from './transport.js';

export interface JourneyTrackerOptions {
  sessionId: string;
  transport: JourneyTransport;
  position: PositionSource;
  storage: KeyValueStorage;
  /** Default 720: an hour at one fix in 5 s. Beyond it the oldest are dropped, and counted. */
  maxBufferedFixes?: number;
  /** Default 5000, the service's pace: fixes kept in the buffer are at least this far apart. */
  fixSpacingMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
  clock?: Clock;
  random?: () => number;
}

/** A fix this fresh is sent as taken now, by the service's clock: a wrong phone clock then does no harm. */
const freshFixMs = 5000;
/** How often the service is told again of a stop that it has not confirmed. */
const stopPaceMs = 5000;

/**
 * One session as its trainer drives to it: a journey's start, its fixes and its end, each brought to the service once,
 * whatever happens to the network, the app or the service meanwhile. What `useJourneyTracker` shows, without React.
 */
export class JourneyTracker {
  private readonly observable = new ObservableState<TrackerState>(idle);
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly lane: RequestLane;
  private readonly store: TrackerStore;
  private readonly sender: FixSender;
  private record: TrackerRecord = emptyRecord;
  /** Set while open; another one after each opening, so that what an earlier one began does not touch a later one. */
  private run: object | null = null;
  private restored: Promise<void> = Promise.resolve();
  private starting: Promise<ActionResult> | null = null;
  private cancelStopTimer: () => void = () => undefined;

  constructor(private readonly options: JourneyTrackerOptions) {
    const { clock = systemClock, random = Math.random, requestTimeoutMs = 10_000 } = options;
    const { maxBufferedFixes = 720, fixSpacingMs = 5000 } = options;
    this.clock = clock;
    this.random = random;
    this.store = new TrackerStore(options.storage, options.sessionId, (storageFailed) =>
      this.show({ storageFailed }),
    );
    this.lane = new RequestLane({
      clock,
      random,
      requestTimeoutMs,
      onRetry: (reason) => this.tellOutage(reason),
    });
    this.sender = new FixSender({
      ...options,
      clock,
      random,
      maxBufferedFixes,
      fixSpacingMs,
      lane: this.lane,
      getState: this.observable.get,
      show: (change) => this.show(change),
      onBuffered: () => void this.remember({}),
      onRefused: (reason) => this.onRefused(reason),
      onSeen: (live) => this.onSeen(live),
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;

  /** Goes on where an earlier run of the app, or an earlier opening, left off. */
  open(): void {
    if (this.run) return;
    this.run = {};
    this.lane.open();
    this.show(idle);
    this.restored = this.restore(this.run);
  }

  /** Ends the watch and lets the network go. What was not sent stays in the storage. */
  close(): void {
    this.run = null;
    this.sender.close();
    this.cancelStopTimer();
    this.lane.close();
  }

  /** Takes another source of position, also in the middle of a journey. */
  watchFrom(position: PositionSource): void {
    this.sender.watchFrom(position);
  }

  readonly start = (): Promise<ActionResult> => {
    this.starting ??= this.startOnce().finally(() => (this.starting = null));
    return this.starting;
  };

  /** With a fresh fix when the source can give one, else by what the service has. */
  readonly arrive = async (): Promise<ActionResult> => {
    await this.restored;
    const { run } = this;
    const { journey } = this.record;
    if (!journey || this.getState().phase !== 'EN_ROUTE') return notUnderWay();
    this.show({ phase: 'ARRIVING' });
    this.sender.hold();
    const fix = await this.freshFix();
    try {
      const { state } = await this.lane.enter(() => this.askToArrive(fix), { urgent: true });
      if (run === this.run) this.end(outcomeOf(state), journey);
      return { ok: true, journey };
    } catch (error) {
      const reason = failureOf(error);
      if (run === this.run && this.getState().phase === 'ARRIVING') this.onNotArrived(reason);
      return { ok: false, failure: reason };
    }
  };

  /**
   * From here on nothing is watched, kept or sent, even if the service can't be told yet: then the failure says why, the
   * phase stays STOPPING, and it is told as soon as that works, also after a restart.
   */
  readonly stop = async (): Promise<ActionResult> => {
    await this.restored;
    await this.starting;
    const { journey } = this.record;
    if (!journey || !this.run) return notUnderWay();
    this.sender.close();
    this.sender.clear();
    this.show({ phase: 'STOPPING' });
    const stored = this.remember({ stopRequested: true });
    const reason = await this.tellStop(this.run);
    await stored;
    return reason ? { ok: false, failure: reason } : { ok: true, journey };
  };

  /** After a new token, or a permission granted: watches and sends at once. */
  readonly resume = (): void => {
    const { run } = this;
    if (!run) return;
    const { phase } = this.getState();
    this.show({ sending: 'ONLINE' });
    if (phase === 'READY') this.restored = this.restore(run);
    if (phase === 'STOPPING') void this.tellStop(run);
    if (phase !== 'EN_ROUTE') return;
    this.sender.beginWatch();
    this.sender.release(0);
  };

  private show(change: Partial<TrackerState>): void {
    this.observable.update(change);
  }

  private remember(change: Partial<TrackerRecord>): Promise<void> {
    this.record = { ...this.record, ...change, fixes: this.sender.fixes };
    return this.store.save(this.record);
  }

  // --- beginning

  private async restore(run: object): Promise<void> {
    const record = await this.store.load();
    if (run !== this.run) return;
    this.record = record;
    if (record.journey) return this.goOn(record.journey);
    // Nothing of ours: but the journey may have begun on another phone, or the answer to its start was lost.
    const { sessionId, transport } = this.options;
    try {
      const live = await this.lane.enter(() =>
        this.lane.ask((signal) => transport.liveLocation(sessionId, signal), 0),
      );
      if (run !== this.run) return;
      const journey =
        live.journeyId && live.startedAt ? { id: live.journeyId, startedAt: live.startedAt } : null;
      if (live.isActive && journey) this.begin(journey);
      else if (live.state === 'ARRIVED') this.end('ARRIVED', journey);
      else this.show({ phase: 'READY', failure: null });
    } catch (error) {
      // Not known is not "none": the trainer may start, and a journey under way then answers for itself.
      if (run === this.run) this.show({ phase: 'READY', failure: failureOf(error) });
    }
  }

  private async startOnce(): Promise<ActionResult> {
    await this.restored;
    const { run } = this;
    const { sessionId, transport } = this.options;
    if (!run) return { ok: false, failure: failure('CLOSED', 'The tracker is closed.') };
    if (this.record.journey) return { ok: true, journey: this.record.journey };
    const clientRequestId = this.record.clientRequestId ?? newRequestId();
    this.show({ phase: 'STARTING', outcome: null, failure: null });
    // Stored before it is sent: whatever happens after, the next try is the same request.
    await this.remember({ clientRequestId });
    try {
      const started = await this.lane.enter(() =>
        this.lane.ask((signal) => transport.startJourney(sessionId, clientRequestId, signal)),
      );
      if (run !== this.run) return { ok: true, journey: started };
      if (started.state === 'EN_ROUTE') this.begin(started);
      else this.end(outcomeOf(started.state), started);
      return { ok: true, journey: started };
    } catch (error) {
      const reason = failureOf(error);
      return run === this.run ? this.onNotStarted(reason) : { ok: false, failure: reason };
    }
  }

  private onNotStarted(reason: JourneyFailure): ActionResult {
    const { journeyId, startedAt } = reason.facts;
    if (reason.code === 'JOURNEY_ALREADY_STARTED' && journeyId && startedAt) {
      const journey = { id: journeyId, startedAt };
      this.begin(journey);
      return { ok: true, journey };
    }
    if (refusesStart(reason)) void this.remember({ clientRequestId: null });
    this.show({ phase: 'READY', failure: reason });
    return { ok: false, failure: reason };
  }

  private begin({ id, startedAt }: TrackedJourney): void {
    const { storageFailed } = this.getState();
    this.sender.clear();
    void this.remember({ clientRequestId: null, journey: { id, startedAt }, stopRequested: false });
    this.show({ ...idle, storageFailed });
    this.goOn({ id, startedAt });
  }

  private goOn(journey: TrackedJourney): void {
    const { stopRequested, fixes } = this.record;
    this.show({ phase: stopRequested ? 'STOPPING' : 'EN_ROUTE', journey, outcome: null, failure: null });
    if (!stopRequested) this.sender.open(fixes);
    else if (this.run) void this.tellStop(this.run);
  }

  // --- failing

  private tellOutage(reason: JourneyFailure): void {
    // Too many requests is an answer: the line is open.
    this.show({ failure: reason, sending: reason.code === 'RATE_LIMITED' ? 'ONLINE' : 'OFFLINE' });
  }

  private onRefused(reason: JourneyFailure): void {
    const kind = kindOf(reason);
    if (kind === 'GONE') return this.end(outcomeOf(reason.facts.state), this.record.journey, reason);
    if (kind !== 'UNAUTHENTICATED' && kind !== 'REFUSED') return this.tellOutage(reason);
    this.sender.hold();
    this.show({ failure: reason, sending: kind });
  }

  private onSeen({ isActive, journeyId, state }: LiveLocationFieldsFragment): void {
    const { journey } = this.record;
    if (isActive) this.show({ sending: 'ONLINE', failure: null });
    else this.end(journeyId === journey?.id ? outcomeOf(state) : 'UNKNOWN', journey);
  }

  private onNotArrived(reason: JourneyFailure): void {
    const isRefused = kindOf(reason) === 'REFUSED';
    this.show({
      phase: 'EN_ROUTE',
      distanceMeters: reason.facts.distanceMeters ?? this.getState().distanceMeters,
      // What an update before it said of the door is overruled, until the next one.
      canMarkArrived: this.getState().canMarkArrived && !isRefused,
    });
    this.sender.release();
    // Too far, or no fix: the journey goes on, and so do its fixes.
    if (isRefused) this.show({ failure: reason });
    else this.onRefused(reason);
  }

  // --- ending

  private async freshFix(): Promise<Fix | null> {
    const fix = (await this.sender.currentFix()) ?? this.getState().lastFix;
    return fix && Math.abs(this.clock.now() - fix.capturedAtMs) <= freshFixMs ? fix : null;
  }

  private async askToArrive(fix: Fix | null): Promise<JourneyFieldsFragment> {
    const { sessionId, transport } = this.options;
    const arriveBy = (location: LocationInput | null): Promise<JourneyFieldsFragment> =>
      this.lane.ask((signal) => transport.markArrived(sessionId, location, signal));
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

  private async tellStop(run: object): Promise<JourneyFailure | null> {
    const { sessionId, transport } = this.options;
    this.cancelStopTimer();
    const askToStop = async (): Promise<void> => {
      if (run !== this.run || !this.record.journey) return; // ended while this waited for its turn
      const { state } = await this.lane.ask((signal) => transport.stopJourney(sessionId, signal));
      if (run === this.run) this.end(outcomeOf(state), this.record.journey);
    };
    try {
      await this.lane.enter(askToStop, { urgent: true });
      return null;
    } catch (error) {
      const reason = failureOf(error);
      if (run !== this.run) return reason;
      this.onRefused(reason);
      const { phase, sending } = this.getState();
      if (phase === 'STOPPING' && (sending === 'ONLINE' || sending === 'OFFLINE')) {
        const delayMs = Math.max(stopPaceMs, retryAfterDelayMs(reason.retryAfterMs, this.random));
        this.cancelStopTimer = this.clock.after(delayMs, () => void this.tellStop(run));
      }
      return reason;
    }
  }

  private end(
    outcome: JourneyOutcome,
    journey: TrackedJourney | null,
    reason: JourneyFailure | null = null,
  ): void {
    this.sender.close();
    this.sender.clear();
    this.cancelStopTimer();
    this.record = emptyRecord;
    void this.store.save(emptyRecord);
    this.show({
      phase: 'ENDED',
      outcome,
      journey: journey && { id: journey.id, startedAt: journey.startedAt },
      canMarkArrived: false,
      sending: 'ONLINE',
      failure: reason,
    });
  }
}

const notUnderWay = (): ActionResult => ({
  ok: false,
  failure: failure('JOURNEY_NOT_ACTIVE', 'No journey is under way on this device.'),
});

/** Need not be secret, only its own among one session's starts; React Native has no crypto.randomUUID. */
const newRequestId = (): string =>
  `start-${Array.from({ length: 4 }, () => Math.floor(Math.random() * 2 ** 32).toString(36)).join('-')}`;
