import type { Place } from './MapProps';

/** West, south, east, north. */
export type Bounds = [number, number, number, number];

/** Between the places and the edge of the map, for the marks; a small map keeps half of itself for the places. */
const PADDING = 64;
export const paddingIn = (width: number, height: number): number =>
  Math.floor(Math.min(PADDING, width / 4, height / 4));

/** Around a single place: some 500 m each way. */
const LEAST_DEGREES = 0.005;

/** What holds all places; null without any. */
export function boundsOf(places: readonly Place[]): Bounds | null {
  if (places.length === 0) return null;
  const longitudes = places.map(({ longitude }) => longitude);
  const latitudes = places.map(({ latitude }) => latitude);
  const around = places.length === 1 ? LEAST_DEGREES : 0;
  return [
    Math.min(...longitudes) - around,
    Math.min(...latitudes) - around,
    Math.max(...longitudes) + around,
    Math.max(...latitudes) + around,
  ];
}

const isWithin = ([west, south, east, north]: Bounds, { latitude, longitude }: Place): boolean =>
  longitude >= west && longitude <= east && latitude >= south && latitude <= north;

/** A view that is this many times as large as it has to be is worth a closer one. */
const SLACK = 2;

/**
 * The bounds to show next: the same ones as long as all places are in them and they are not far too large, so that the
 * map does not move with each fix.
 */
export function nextBounds(shown: Bounds | null, places: readonly Place[]): Bounds | null {
  const best = boundsOf(places);
  if (!best || !shown || !places.every((place) => isWithin(shown, place))) return best;
  const larger = Math.max(
    (shown[2] - shown[0]) / Math.max(LEAST_DEGREES, best[2] - best[0]),
    (shown[3] - shown[1]) / Math.max(LEAST_DEGREES, best[3] - best[1]),
  );
  return larger > SLACK ? best : shown;
}
