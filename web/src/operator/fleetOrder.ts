import type { Arrival, JourneyAlert, LiveLocation } from '@journey/client';

/** A session as an operator sees it: with the place that was known last, and the signal as it has aged since. */
export interface FleetJourney extends LiveLocation {
  readonly arrival: Arrival | null;
}

export type FleetSort = 'arrival' | 'alerts' | 'distance';
export type FleetFilter = 'ALL' | 'TROUBLED' | JourneyAlert;

export const FLEET_SORTS: readonly FleetSort[] = ['arrival', 'alerts', 'distance'];
export const FLEET_ALERTS: readonly JourneyAlert[] = ['SIGNAL_LOST', 'NOT_MOVING', 'RUNNING_LATE', 'NO_SHOW'];

const arrivesMs = ({ eta, arrival }: FleetJourney): number =>
  // While the signal is lost nothing is claimed about the arrival, here neither.
  eta && arrival ? Date.parse(eta.arrivesAt) : Infinity;

const troubles = ({ alerts, trackingProblem }: FleetJourney): number =>
  alerts.length + (trackingProblem ? 1 : 0);

const meters = ({ distanceMeters }: FleetJourney): number => distanceMeters ?? Infinity;

interface Ranked {
  readonly journey: FleetJourney;
  /** Compared one after the other. */
  readonly keys: readonly number[];
}

const KEYS: Record<FleetSort, (journey: FleetJourney) => readonly number[]> = {
  arrival: (journey) => [arrivesMs(journey), meters(journey)],
  alerts: (journey) => [-troubles(journey), arrivesMs(journey), meters(journey)],
  distance: (journey) => [meters(journey), arrivesMs(journey)],
};

function byKeys(one: Ranked, other: Ranked): number {
  for (const [i, key] of one.keys.entries()) {
    const otherKey = other.keys[i]!;
    if (key !== otherKey) return key - otherKey;
  }
  return one.journey.sessionId < other.journey.sessionId ? -1 : 1;
}

function isShown(journey: FleetJourney, filter: FleetFilter): boolean {
  if (filter === 'ALL') return true;
  return filter === 'TROUBLED' ? troubles(journey) > 0 : journey.alerts.includes(filter);
}

/** Those that are on the way or need attention, in the order that the operator has chosen. */
export const fleetList = (
  journeys: readonly FleetJourney[],
  { sort, filter }: { sort: FleetSort; filter: FleetFilter },
): FleetJourney[] =>
  journeys
    .filter((journey) => (journey.isActive || troubles(journey) > 0) && isShown(journey, filter))
    // Once for each journey, because a sort of thousands compares each of them many times.
    .map((journey) => ({ journey, keys: KEYS[sort](journey) }))
    .sort(byKeys)
    .map(({ journey }) => journey);
