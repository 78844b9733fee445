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
  /** Whether the platform says that an app made this fix up. */
  readonly mocked?: boolean;
}

/** The newest accepted fix of a journey, its time corrected for the phone's clock. */
export interface StoredFix extends Omit<Fix, 'capturedAt' | 'mocked'> {
  readonly capturedAt: number;
  readonly receivedAt: number;
}

/** ACCEPTED moved the marker. DUPLICATE and LATE are no errors and move nothing. */
export type PointVerdict =
  /** A takeover: rejected fixes that agree with this one have overturned the place that was shown. */
  | { readonly status: 'ACCEPTED'; readonly takeover?: true }
  /** `isStored`: it is the stored fix itself, sent again. */
  | { readonly status: 'DUPLICATE'; readonly isStored?: true }
  | { readonly status: 'LATE' }
  | {
      readonly status: 'REJECTED';
      readonly rejection: PointRejection;
      /** With IMPLAUSIBLE_SPEED: the speed that the fix implies, and the limit that held for it. */
      readonly speedKmh?: number;
      readonly limitKmh?: number;
    };
