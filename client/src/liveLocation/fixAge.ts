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
  private minAheadMs = -Infinity;
  private maxAheadMs = Infinity;

  constructor(private readonly thresholds: SignalThresholds) {}

  /** By how much the wall clock is taken to be ahead of the service's. */
  get aheadMs(): number {
    const isBelieved = this.minAheadMs <= 0 && this.maxAheadMs >= 0;
    return isBelieved ? 0 : this.maxAheadMs;
  }

  of(location: Location | null, signal: Signal | null, at: Moment): AgedAt | null {
    if (!location || signal === null) return null;
    const apparentMs = at.wallMs - Date.parse(location.capturedAt);
    const minAheadMs = apparentMs - oldest(signal, this.thresholds);
    const maxAheadMs = apparentMs - youngest(signal, this.thresholds);
    this.minAheadMs = Math.max(this.minAheadMs, minAheadMs);
    this.maxAheadMs = Math.min(this.maxAheadMs, maxAheadMs);
    if (this.minAheadMs > this.maxAheadMs) {
      // The clock was set meanwhile: what was learned about it is void.
      this.minAheadMs = minAheadMs;
      this.maxAheadMs = maxAheadMs;
    }
    return { ageMs: apparentMs - this.aheadMs, at };
  }
}
