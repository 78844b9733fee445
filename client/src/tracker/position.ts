/** A GPS position as the phone took it. Units are the W3C Geolocation API's: degrees, metres, m/s. */
export interface Fix {
  latitude: number;
  longitude: number;
  accuracy?: number | null;
  heading?: number | null;
  speed?: number | null;
  /** When it was taken, in milliseconds since 1970: by the phone's clock, or by a satellite's that differs from it. */
  capturedAtMs: number;
  /** The platform says that an app made this fix up. */
  mocked?: boolean | null;
}

/** What a source can say about itself. INVALID_FIX: it gave a fix without usable coordinates. */
export type PositionProblem =
  | 'PERMISSION_DENIED'
  | 'LOCATION_OFF'
  | 'PRECISE_LOCATION_OFF'
  | 'BATTERY_SAVER'
  | 'POSITION_UNAVAILABLE'
  | 'TIMEOUT'
  | 'INVALID_FIX';

export interface PositionSource {
  /**
   * Names the source. Two objects without an id, or with the same one, are the same source, so that an object made anew
   * at each render starts no new watch.
   */
  readonly id?: string;
  /** The returned function ends the watch. A watch that fails is begun again later, so it must not prompt each time. */
  watch(onFix: (fix: Fix) => void, onProblem: (problem: PositionProblem) => void): () => void;
  /** One fresh fix: asked while standing still (watches then fall silent), and on arrival. */
  current?(): Promise<Fix>;
}

/** A position shaped like the W3C's, as browsers, react-native-geolocation and expo-location give it. */
export interface PositionLike {
  readonly coords: {
    readonly latitude: number;
    readonly longitude: number;
    readonly accuracy?: number | null;
    readonly heading?: number | null;
    readonly speed?: number | null;
  };
  readonly timestamp: number;
  /** expo-location's. */
  readonly mocked?: boolean;
}

export interface PositionErrorLike {
  readonly code: number;
}

export interface PositionOptionsLike {
  enableHighAccuracy?: boolean;
  maximumAge?: number;
  timeout?: number;
}

export interface GeolocationLike {
  watchPosition(
    onPosition: (position: PositionLike) => void,
    onError: (error: PositionErrorLike) => void,
    options?: PositionOptionsLike,
  ): number;
  clearWatch(watchId: number): void;
  getCurrentPosition(
    onPosition: (position: PositionLike) => void,
    onError: (error: PositionErrorLike) => void,
    options?: PositionOptionsLike,
  ): void;
}

export const fixOf = ({ coords, timestamp, mocked }: PositionLike): Fix => ({
  latitude: coords.latitude,
  longitude: coords.longitude,
  accuracy: coords.accuracy,
  heading: coords.heading,
  speed: coords.speed,
  capturedAtMs: timestamp,
  ...(mocked === undefined ? {} : { mocked }),
});

/** How long to wait for one fresh fix. */
export const currentFixTimeoutMs = 5000;

const problemOf = ({ code }: PositionErrorLike): PositionProblem =>
  code === 1 ? 'PERMISSION_DENIED' : code === 3 ? 'TIMEOUT' : 'POSITION_UNAVAILABLE';

/** A source for anything shaped like the W3C's Geolocation. */
export function geolocationSource(
  geolocation: GeolocationLike,
  options: PositionOptionsLike = {},
): PositionSource {
  const precise = { enableHighAccuracy: true, ...options };
  return {
    id: 'geolocation',
    watch(onFix, onProblem) {
      const watchId = geolocation.watchPosition(
        (position) => onFix(fixOf(position)),
        (error) => onProblem(problemOf(error)),
        precise,
      );
      return () => geolocation.clearWatch(watchId);
    },
    current: () =>
      new Promise((resolve, reject) => {
        geolocation.getCurrentPosition(
          (position) => resolve(fixOf(position)),
          (error) => reject(new Error(problemOf(error))),
          // Without a timeout the platform goes on looking, GPS on, long after anybody waits for it.
          { timeout: currentFixTimeoutMs, ...precise, maximumAge: 0 },
        );
      }),
  };
}

const atLeastZero = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;

/** So many seconds since 1970 are years from 2001 to 5138; so many milliseconds are days in 1970 to 1973. */
const seconds = { min: 1e9, max: 1e11 };

/** A source may give its time as text or in seconds. Null: there is none. */
function millisecondsOf(time: unknown): number | null {
  const value = typeof time === 'string' && !/^\d+$/.test(time) ? Date.parse(time) : Number(time ?? NaN);
  if (!Number.isFinite(value) || value <= 0) return null;
  return Math.round(value >= seconds.min && value < seconds.max ? value * 1000 : value);
}

/**
 * The fix as the service takes it, or null when it has no place. Phones say "unknown" as NaN (W3C heading while standing)
 * or −1 (iOS), and one value out of range would have a whole batch refused. Without a usable time it was taken now.
 */
export function cleanFix(fix: Fix, nowMs: number): Fix | null {
  const { latitude, longitude, mocked } = fix;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  const heading = atLeastZero(fix.heading);
  return {
    latitude,
    longitude,
    accuracy: atLeastZero(fix.accuracy),
    heading: heading === null ? null : heading % 360,
    speed: atLeastZero(fix.speed),
    capturedAtMs: millisecondsOf(fix.capturedAtMs) ?? nowMs,
    ...(mocked ? { mocked } : {}),
  };
}

/** Without an id, all are the one source that there is. */
export const isSameSource = (one: PositionSource, other: PositionSource): boolean =>
  one === other || one.id === other.id;
