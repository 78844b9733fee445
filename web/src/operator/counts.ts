import type { JourneyState, LiveLocation, Signal } from '@journey/client';

export type StateCounts = Readonly<Record<JourneyState, number>>;
/** NONE: active, but its phone has not sent a position yet. */
export type SignalCounts = Readonly<Record<Signal | 'NONE', number>>;

export function countStates(journeys: readonly LiveLocation[]): StateCounts {
  const counts = { NOT_STARTED: 0, EN_ROUTE: 0, ARRIVED: 0, STOPPED: 0, EXPIRED: 0, CANCELLED: 0 };
  for (const { state } of journeys) counts[state] += 1;
  return counts;
}

/** Of active journeys alone. */
export function countSignals(journeys: readonly LiveLocation[]): SignalCounts {
  const counts = { LIVE: 0, DELAYED: 0, LOST: 0, NONE: 0 };
  for (const { isActive, signal } of journeys) if (isActive) counts[signal ?? 'NONE'] += 1;
  return counts;
}
