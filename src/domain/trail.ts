import type { GeoPoint } from './geo';

/** Most points that a trail keeps: the newest ones. */
export const MAX_TRAIL_POINTS = 240;

/** One accepted fix of the way so far. */
export interface TrailPoint extends GeoPoint {
  /** The journey's version after the request that brought the fix; a batch may bring several. */
  readonly version: number;
  readonly capturedAt: number;
}
