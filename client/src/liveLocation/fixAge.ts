import { elapsedBetween, momentOf, systemClock, type Clock, type Moment } from '../connection/clock.js';
import type { Signal } from '../generated/operations.js';
import type { Location } from './newerLiveLocation.js';
import { oldest, youngest, type SignalThresholds } from './signalAge.js';

/** An age at a moment; it grows from there (`ageNow`, `ageAt`). */
export interface AgedAt {
  readonly ageMs: number;
  readonly at: Moment;
}

/** How old it is at a later moment, whatever the wall clock was set to meanwhile. */
export const ageAt = ({ ageMs, at }: AgedAt, moment: Moment): number => ageMs + elapsedBetween(at, moment);

export const ageNow = (age: AgedAt, clock: Clock = systemClock): number => ageAt(age, momentOf(clock));

/**
 * How old a fix is, for people to read. Its time is the service's and now is this device's, whose clock may be minutes
 * off; but each answer's signal says between which ages the fix was, and so by how much the clock can be off at all. As
 * long as that allows the clock to be right, it is believed.
 */
export class FixAge {
  private leastAheadMs = -Infinity;
  private mostAheadMs = Infinity;

  constructor(private readonly thresholds: SignalThresholds) {}

  /** By how much the wall clock is taken to be ahead of the service's. */
  get aheadMs(): number {
    const isBelieved = this.leastAheadMs <= 0 && this.mostAheadMs >= 0;
    return isBelieved ? 0 : this.mostAheadMs;
  }

  of(location: Location | null, signal: Signal | null, at: Moment): AgedAt | null {
    if (!location || signal === null) return null;
    const apparentMs = at.wallMs - Date.parse(location.capturedAt);
    const leastAheadMs = apparentMs - oldest(signal, this.thresholds);
    const mostAheadMs = apparentMs - youngest(signal, this.thresholds);
    this.leastAheadMs = Math.max(this.leastAheadMs, leastAheadMs);
    this.mostAheadMs = Math.min(this.mostAheadMs, mostAheadMs);
    if (this.leastAheadMs > this.mostAheadMs) {
      // The clock was set meanwhile: what was learned about it is void.
      this.leastAheadMs = leastAheadMs;
      this.mostAheadMs = mostAheadMs;
    }
    return { ageMs: apparentMs - this.aheadMs, at };
  }
}
