import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import { bearingDegrees, movedAlong } from '../drive/bearing';
import { createRandom } from '../drive/random';
import { CRUISE_MPS, findRoute } from '../drive/route';
import type { Streets } from '../drive/streets';
import { planDrive } from '../drive/vehicle';

/** Drives whose mean is taken: red lights are chance. */
const DRIVES = 8;
/** Every drive through the town begins nearer to its home: who is farther away comes by a motorway, which the map lacks … */
const MOTORWAY_BEYOND_METERS = 6000;
/** … and which ends about so far from the home. */
const EXIT_METERS = 2250;

/**
 * How long the simulated vehicles take between two places, on the mean of what chance makes of red lights: the road router
 * of the demo's town.
 */
export function travelSeconds(streets: Streets, from: GeoPoint, to: GeoPoint): number {
  const meters = distanceMeters(from, to);
  if (meters <= MOTORWAY_BEYOND_METERS) return streetSeconds(streets, from, to);
  const exit = movedAlong(to, bearingDegrees(to, from), EXIT_METERS);
  return (meters - EXIT_METERS) / CRUISE_MPS.motorway + streetSeconds(streets, exit, to);
}

/** The same for a drive that uses the streets alone. */
export function streetSeconds(streets: Streets, from: GeoPoint, to: GeoPoint): number {
  const route = findRoute(streets, streets.nearestNode(from), streets.nearestNode(to));
  if (route.length === 0) return 0;
  let sum = 0;
  for (let drive = 0; drive < DRIVES; drive += 1)
    sum += planDrive(route, createRandom(`router ${drive}`)).durationSeconds;
  return sum / DRIVES;
}
