import type { Feature, FeatureCollection, LineString } from 'geojson';

/** A place on earth, WGS 84, decimal degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const METERS_PER_DEGREE = 111_195;
const EQUATOR_METERS = 40_075_017;
const WORLD_TILE_PIXELS = 512;

export const NO_FEATURES: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** MapLibre's order of coordinates. */
export function lngLat({ latitude, longitude }: Place): [number, number] {
  return [longitude, latitude];
}

export function line(places: readonly Place[]): Feature<LineString> {
  return {
    type: 'Feature',
    properties: {},
    geometry: { type: 'LineString', coordinates: places.map(lngLat) },
  };
}

/** Degrees clockwise from north to go from one place to another. */
export function bearing(from: Place, to: Place): number {
  const east = (to.longitude - from.longitude) * Math.cos((from.latitude * Math.PI) / 180);
  const degrees = (Math.atan2(east, to.latitude - from.latitude) * 180) / Math.PI;
  return (degrees + 360) % 360;
}

/** Metres between two places of one city (flat earth: within 0.1 % over 20 km). */
export function metersBetween(from: Place, to: Place): number {
  const middle = (((from.latitude + to.latitude) / 2) * Math.PI) / 180;
  const north = (to.latitude - from.latitude) * METERS_PER_DEGREE;
  const east = (to.longitude - from.longitude) * METERS_PER_DEGREE * Math.cos(middle);
  return Math.hypot(north, east);
}

/** How long a metre on the ground is on a map at this zoom. */
export function pixelsPerMeter(latitude: number, zoom: number): number {
  return (WORLD_TILE_PIXELS * 2 ** zoom) / (EQUATOR_METERS * Math.cos((latitude * Math.PI) / 180));
}

/** With seven decimals, a centimetre: what more a computation gives is noise, and long numbers are hard to read. */
export function toCentimetres({ latitude, longitude }: Place): Place {
  const rounded = (degrees: number) => Math.round(degrees * 1e7) / 1e7;
  return { latitude: rounded(latitude), longitude: rounded(longitude) };
}
