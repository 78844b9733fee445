import type { GeoPoint } from '../../src/domain/geo';
import { movedAlong } from './bearing';
import type { Fix } from './gps';
import type { Random } from './random';

/** What makes a drive harder to follow than an ordinary one. */
export type DriveCondition = 'ORDINARY' | 'COLD_START' | 'MOTORWAY' | 'SLOW_UPLINK';

/** So many first fixes of a cold start are from the place where the phone was last. */
const COLD_FIXES = 3;
const COLD_METERS = { min: 4000, max: 12_000 };
/** How long a request takes on a slow uplink before the service gets it. */
const UPLINK_MS = { min: 500, max: 8000 };

/** A receiver that begins with the place of yesterday: changes the first fixes of a drive, and no later one. */
export function coldStart(from: GeoPoint, random: Random): (fix: Fix) => Fix {
  const lastPlace = movedAlong(
    from,
    random.between(0, 360),
    random.between(COLD_METERS.min, COLD_METERS.max),
  );
  let count = 0;
  return (fix) => (count++ < COLD_FIXES ? { ...fix, ...lastPlace, heading: null, speed: 0 } : fix);
}

/** Of one request on a slow uplink. */
export const uplinkDelayMs = (random: Random): number => random.between(UPLINK_MS.min, UPLINK_MS.max);
