import type { PointRejection } from './errors';
import type { GeoPoint } from './geo';

/** A GPS position as a phone reports it; names and units are the W3C Geolocation API's. */
export interface Fix extends GeoPoint {
  /** Metres, radius of the 95 % circle. */
  readonly accuracy: number | null;
  /** Degrees clockwise from north. */
  readonly heading: number | null;
  /** Metres per second. */
  readonly speed: number | null;
  /** By the phone's clock; null: when the server received it. */
  readonly capturedAt: number | null;
}

/** The newest accepted fix of a journey, its time corrected for the phone's clock. */
export interface StoredFix extends Omit<Fix, 'capturedAt'> {
  readonly capturedAt: number;
  readonly receivedAt: number;
}

/** ACCEPTED moved the marker. DUPLICATE and LATE are no errors and move nothing. */
export type PointVerdict =
  | { readonly status: 'ACCEPTED' | 'DUPLICATE' | 'LATE' }
  | { readonly status: 'REJECTED'; readonly rejection: PointRejection; readonly speedKmh?: number };
