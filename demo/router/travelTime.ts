import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import { createRandom } from '../drive/random';
import { CRUISE_MPS, findRoute } from '../drive/route';
import type { Streets } from '../drive/streets';
import { planDrive } from '../drive/vehicle';

/** Drives whose mean is taken: red lights are chance. */
const DRIVES = 8;
/** A place farther from every street is on a motorway, which the town's map lacks. */
const OFF_THE_MAP_METERS = 300;

/**
 * How long the simulated vehicles take between two places, on the mean of what chance makes of red lights: the road router
 * of the demo's town.
 */
export function travelSeconds(streets: Streets, from: GeoPoint, to: GeoPoint): number {
  const start = streets.nearestNode(from);
  const meters = distanceMeters(from, streets.place(start));
  const motorwaySeconds = meters > OFF_THE_MAP_METERS ? meters / CRUISE_MPS.motorway : 0;
  const route = findRoute(streets, start, streets.nearestNode(to));
  if (route.length === 0) return motorwaySeconds;
  let sum = 0;
  for (let drive = 0; drive < DRIVES; drive += 1)
    sum += planDrive(route, createRandom(`router ${drive}`)).durationSeconds;
  return motorwaySeconds + sum / DRIVES;
}
