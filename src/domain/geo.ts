/** A place on earth, WGS 84, decimal degrees. */
export interface GeoPoint {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean earth radius (IUGG R1), metres. `redis/scripts/include/geo.lua` uses the same number. */
const EARTH_RADIUS_METERS = 6_371_008.8;

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in metres by the haversine formula, which is stable for the short distances of a city. */
export function distanceMeters(from: GeoPoint, to: GeoPoint): number {
  const halfLatitude = Math.sin(toRadians(to.latitude - from.latitude) / 2);
  const halfLongitude = Math.sin(toRadians(to.longitude - from.longitude) / 2);
  const chord =
    halfLatitude * halfLatitude +
    Math.cos(toRadians(from.latitude)) * Math.cos(toRadians(to.latitude)) * halfLongitude * halfLongitude;
  // Rounding can make the chord of two antipodes slightly greater than 1, where asin is NaN.
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.min(1, Math.sqrt(chord)));
}
