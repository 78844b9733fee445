import type { GeoPoint } from '../../src/domain/geo';

/** Metres in a degree of latitude, on the mean sphere. */
const METERS_PER_DEGREE = 111_195;

const toRadians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Degrees clockwise from north, 0 to below 360. Flat-earth: for distances within a city. */
export function bearingDegrees(from: GeoPoint, to: GeoPoint): number {
  const east = (to.longitude - from.longitude) * Math.cos(toRadians(from.latitude));
  const north = to.latitude - from.latitude;
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** How far one must turn from one bearing to another: 0 (straight on) to 180 (back). */
export function turnDegrees(from: number, to: number): number {
  return Math.abs(((to - from + 540) % 360) - 180);
}

export function movedBy(point: GeoPoint, eastMeters: number, northMeters: number): GeoPoint {
  return {
    latitude: point.latitude + northMeters / METERS_PER_DEGREE,
    longitude: point.longitude + eastMeters / (METERS_PER_DEGREE * Math.cos(toRadians(point.latitude))),
  };
}

export function movedAlong(point: GeoPoint, bearing: number, meters: number): GeoPoint {
  return movedBy(point, meters * Math.sin(toRadians(bearing)), meters * Math.cos(toRadians(bearing)));
}
