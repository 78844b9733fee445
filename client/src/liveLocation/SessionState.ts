import type { Moment } from '../connection/clock.js';
import type { JourneyAlert, JourneyStage, Signal, TrackingProblem } from '../generated/operations.js';
import { nextArrival, type Arrival, type Expectation } from './arrival.js';
import { FixAge, type AgedAt } from './fixAge.js';
import { newerLiveLocation, type Eta, type LiveLocation, type Location } from './newerLiveLocation.js';
import { ageOf, signalAt, type SignalAge, type SignalThresholds } from './signalAge.js';

/** What is known about one session, whatever became of the last request. */
export interface SessionSnapshot {
  /** The newest answer; kept through errors; null before the first. */
  readonly liveLocation: LiveLocation | null;
  /** The last known place of an active journey, also when the service let it expire; null once it ended. */
  readonly location: Location | null;
  /** The service's signal, aged by this device while no answer comes; null: no fix yet, or not active. */
  readonly signal: Signal | null;
  /** How old `location` was at a moment; `ageNow` says how old it is now. */
  readonly locationAge: AgedAt | null;
  /** How near the trainer is; null: not active. */
  readonly stage: JourneyStage | null;
  /** When the trainer is expected, as the service said last; `arrival` is what to show of it. */
  readonly eta: Eta | null;
  /** `eta` for people to read: it changes no oftener than it must, and is null while the signal is lost. */
  readonly arrival: Arrival | null;
  readonly alerts: readonly JourneyAlert[];
  /** What the trainer's phone said about itself. */
  readonly trackingProblem: TrackingProblem | null;
}

export const emptySnapshot: SessionSnapshot = {
  liveLocation: null,
  location: null,
  signal: null,
  locationAge: null,
  stage: null,
  eta: null,
  arrival: null,
  alerts: [],
  trackingProblem: null,
};

/** While no answer comes, an arrival is looked at so often: it counts down by the minute. */
const arrivalStepMs = 5000;

/** One session through the answers about it: never back to an older one, and ageing by itself while none comes. */
export class SessionState {
  private snapshot: SessionSnapshot = emptySnapshot;
  private age: SignalAge | null = null;
  private readonly fixAge: FixAge;
  private hadNoJourney = false;
  /** What the service's clock showed at an elapsed time. */
  private serviceTime = { atMs: 0, elapsedMs: 0 };

  constructor(private readonly thresholds: SignalThresholds) {
    this.fixAge = new FixAge(thresholds);
  }

  get liveLocation(): LiveLocation | null {
    return this.snapshot.liveLocation;
  }

  /** `elapsedMs`: as for `at`. Returns when the service wants to be asked next; null: not any more. */
  update(incoming: LiveLocation, moment: Moment, elapsedMs: number): number | null {
    const { liveLocation: shown, location, locationAge, arrival } = this.snapshot;
    let newest = newerLiveLocation(shown, incoming);
    // A journey that the service does not know any more: once may come from a lagging replica, twice is the truth.
    if (incoming.journeyId === null && this.hadNoJourney) newest = incoming;
    this.hadNoJourney = incoming.journeyId === null;

    const isSameJourney = shown?.journeyId === newest.journeyId;
    if (newest === incoming) {
      this.age = ageOf(incoming, isSameJourney ? this.age : null, elapsedMs, this.thresholds);
    }
    const known = newest.isActive ? (newest.location ?? (isSameJourney ? location : null)) : null;
    this.snapshot = {
      liveLocation: newest,
      location: known,
      signal: null,
      locationAge: newest === incoming ? this.fixAge.of(known, incoming.signal, moment) : locationAge,
      stage: newest.stage,
      eta: newest.eta,
      arrival: isSameJourney ? arrival : null,
      alerts: newest.alerts,
      trackingProblem: newest.trackingProblem,
    };
    // Whatever this device's clock says, an ETA was not computed later than now.
    const computedMs = incoming.eta ? Date.parse(incoming.eta.computedAt) : 0;
    this.serviceTime = { atMs: Math.max(computedMs, moment.wallMs - this.fixAge.aheadMs), elapsedMs };
    // The interval of an overtaken answer is as old as the answer: it must not stop the polls of an active journey.
    return newest === incoming || !newest.isActive ? incoming.pollAfterMs : newest.pollAfterMs;
  }

  /** What is known at `elapsedMs` of a clock that never stops, and when that may change next though no answer comes. */
  at(elapsedMs: number): { snapshot: SessionSnapshot; changesInMs: number | null } {
    const isActive = this.snapshot.liveLocation?.isActive ?? false;
    const aged = this.age && isActive ? signalAt(this.age, elapsedMs, this.thresholds) : null;
    const signal = aged?.signal ?? null;
    const expectation = isActive && signal !== 'LOST' ? this.expectation(elapsedMs) : null;
    const arrival = expectation && nextArrival(this.snapshot.arrival, expectation);
    if (signal !== this.snapshot.signal || arrival !== this.snapshot.arrival)
      this.snapshot = { ...this.snapshot, signal, arrival };
    const agesInMs = aged?.changesInMs ?? null;
    return {
      snapshot: this.snapshot,
      changesInMs: arrival ? Math.min(agesInMs ?? Infinity, arrivalStepMs) : agesInMs,
    };
  }

  private expectation(elapsedMs: number): Expectation | null {
    const { eta, alerts, stage } = this.snapshot;
    return (
      eta && {
        eta,
        nowMs: this.serviceTime.atMs + Math.max(0, elapsedMs - this.serviceTime.elapsedMs),
        isLate: alerts.includes('RUNNING_LATE'),
        isAtTheDoor: stage === 'AT_THE_DOOR',
      }
    );
  }
}
