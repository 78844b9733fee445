import type { Signal } from '../generated/operations.js';
import { FixAge, type AgedAt } from './fixAge.js';
import { newerLiveLocation, type LiveLocation, type Location } from './newerLiveLocation.js';
import { ageOf, signalAt, type SignalAge, type SignalThresholds } from './signalAge.js';

/** What is known of one session, whatever came of the last request. */
export interface SessionSeen {
  /** The newest answer; kept through errors; null before the first. */
  readonly liveLocation: LiveLocation | null;
  /** The last known place of a journey under way, also when the service let it expire; null once it ended. */
  readonly location: Location | null;
  /** The service's word, aged by this device while no answer comes; null: no fix yet, or not under way. */
  readonly signal: Signal | null;
  /** How old `location` was at a time of this device's clock: it has grown older since. */
  readonly locationAge: AgedAt | null;
}

export const nothingSeen: SessionSeen = {
  liveLocation: null,
  location: null,
  signal: null,
  locationAge: null,
};

/** One session through the answers about it: never back to an older one, and older by itself while none comes. */
export class SessionSight {
  private seen: SessionSeen = nothingSeen;
  private age: SignalAge | null = null;
  private readonly fixAge: FixAge;
  private saidNoJourney = false;

  constructor(private readonly thresholds: SignalThresholds) {
    this.fixAge = new FixAge(thresholds);
  }

  /** The answer is when the service wants to be asked next; null: not any more. */
  take(incoming: LiveLocation, nowMs: number): number | null {
    const { liveLocation: shown, location, locationAge } = this.seen;
    let newest = newerLiveLocation(shown, incoming);
    // A journey that the service does not know any more: once may be a lagging replica's word, twice is the truth.
    if (incoming.journeyId === null && this.saidNoJourney) newest = incoming;
    this.saidNoJourney = incoming.journeyId === null;

    const isSameJourney = shown?.journeyId === newest.journeyId;
    if (newest === incoming) {
      this.age = ageOf(incoming, isSameJourney ? this.age : null, nowMs, this.thresholds);
    }
    const known = newest.isActive ? (newest.location ?? (isSameJourney ? location : null)) : null;
    this.seen = {
      liveLocation: newest,
      location: known,
      signal: null,
      locationAge: newest === incoming ? this.fixAge.of(known, incoming.signal, nowMs) : locationAge,
    };
    // An overtaken answer's pace is as old as itself: it must not stop the polls of a journey under way.
    return newest === incoming || !newest.isActive ? incoming.pollAfterMs : newest.pollAfterMs;
  }

  /** What is known now, and when its signal ages next. */
  at(nowMs: number): { seen: SessionSeen; changesInMs: number | null } {
    const isUnderWay = this.seen.liveLocation?.isActive ?? false;
    const aged = this.age && isUnderWay ? signalAt(this.age, nowMs, this.thresholds) : null;
    const signal = aged?.signal ?? null;
    if (signal !== this.seen.signal) this.seen = { ...this.seen, signal };
    return { seen: this.seen, changesInMs: aged?.changesInMs ?? null };
  }
}
