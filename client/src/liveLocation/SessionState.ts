import type { Moment } from '../connection/clock.js';
import type { Signal } from '../generated/operations.js';
import { FixAge, type AgedAt } from './fixAge.js';
import { newerLiveLocation, type LiveLocation, type Location } from './newerLiveLocation.js';
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
}

export const emptySnapshot: SessionSnapshot = {
  liveLocation: null,
  location: null,
  signal: null,
  locationAge: null,
};

/** One session through the answers about it: never back to an older one, and ageing by itself while none comes. */
export class SessionState {
  private snapshot: SessionSnapshot = emptySnapshot;
  private age: SignalAge | null = null;
  private readonly fixAge: FixAge;
  private hadNoJourney = false;

  constructor(private readonly thresholds: SignalThresholds) {
    this.fixAge = new FixAge(thresholds);
  }

  /** `elapsedMs`: as for `at`. Returns when the service wants to be asked next; null: not any more. */
  update(incoming: LiveLocation, moment: Moment, elapsedMs: number): number | null {
    const { liveLocation: shown, location, locationAge } = this.snapshot;
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
    };
    // The interval of an overtaken answer is as old as the answer: it must not stop the polls of an active journey.
    return newest === incoming || !newest.isActive ? incoming.pollAfterMs : newest.pollAfterMs;
  }

  /** What is known at `elapsedMs` of a clock that never stops, and when its signal ages next. */
  at(elapsedMs: number): { snapshot: SessionSnapshot; changesInMs: number | null } {
    const isActive = this.snapshot.liveLocation?.isActive ?? false;
    const aged = this.age && isActive ? signalAt(this.age, elapsedMs, this.thresholds) : null;
    const signal = aged?.signal ?? null;
    if (signal !== this.snapshot.signal) this.snapshot = { ...this.snapshot, signal };
    return { snapshot: this.snapshot, changesInMs: aged?.changesInMs ?? null };
  }
}
