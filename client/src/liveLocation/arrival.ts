import type { Eta } from './newerLiveLocation.js';

/**
 * When the trainer is expected, in a form that is calm enough to be shown. RANGE: in so many minutes. SOON: within a
 * minute or two. LATE: after the booked time, at about this time of the service's clock.
 */
export type Arrival =
  | { readonly kind: 'RANGE'; readonly fromMinutes: number; readonly toMinutes: number }
  | { readonly kind: 'SOON' }
  | { readonly kind: 'LATE'; readonly aboutMs: number };

export interface Expectation {
  readonly eta: Eta;
  /** By the service's clock. */
  readonly nowMs: number;
  readonly isLate: boolean;
  readonly isAtTheDoor: boolean;
}

const minuteMs = 60_000;
const lateStepMs = 5 * minuteMs;
/** Apart, so that an arrival between the two does not flicker. */
const soonMs = { from: 90_000, until: 150_000 };

/** Minutes are shown one by one, and from 20 on in fives. */
const stepOf = (minutes: number): number => (minutes < 20 ? 1 : 5);

const rounded = (minutes: number): number => Math.round(minutes / stepOf(minutes)) * stepOf(minutes);

/** Rounding alone would flicker between two values: what is shown stays until it is wrong by a whole step. */
const stillHolds = (shown: number, minutes: number): boolean => Math.abs(minutes - shown) < stepOf(shown);

const minutesUntil = (dateTime: string, nowMs: number): number =>
  Math.max(1, (Date.parse(dateTime) - nowMs) / minuteMs);

/** What to show after `shown`: the same object as long as it still holds. */
export function nextArrival(
  shown: Arrival | null,
  { eta, nowMs, isLate, isAtTheDoor }: Expectation,
): Arrival {
  const arrivesMs = Date.parse(eta.arrivesAt);
  if (isAtTheDoor || arrivesMs - nowMs < (shown?.kind === 'SOON' ? soonMs.until : soonMs.from))
    return shown?.kind === 'SOON' ? shown : { kind: 'SOON' };
  if (isLate) {
    if (shown?.kind === 'LATE' && Math.abs(shown.aboutMs - arrivesMs) < lateStepMs && shown.aboutMs > nowMs)
      return shown;
    const aboutMs = Math.round(arrivesMs / lateStepMs) * lateStepMs;
    return { kind: 'LATE', aboutMs: aboutMs > nowMs ? aboutMs : aboutMs + lateStepMs };
  }
  const from = minutesUntil(eta.earliestAt, nowMs);
  const to = minutesUntil(eta.latestAt, nowMs);
  if (shown?.kind === 'RANGE' && stillHolds(shown.fromMinutes, from) && stillHolds(shown.toMinutes, to))
    return shown;
  return { kind: 'RANGE', fromMinutes: rounded(from), toMinutes: Math.max(rounded(from), rounded(to)) };
}
