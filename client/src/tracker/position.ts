/** A GPS position as the phone took it. Units are the W3C Geolocation API's: degrees, metres, m/s. */
export interface Fix {
  latitude: number;
  longitude: number;
  accuracy?: number | null;
  heading?: number | null;
  speed?: number | null;
  /** When it was taken, by the phone's clock: milliseconds since 1970. */
  capturedAtMs: number;
}

export type PositionProblem = 'PERMISSION_DENIED' | 'POSITION_UNAVAILABLE' | 'TIMEOUT';

export interface PositionSource {
  /** The answer ends the watch. */
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

export const fixOf = ({ coords, timestamp }: PositionLike): Fix => ({
  latitude: coords.latitude,
  longitude: coords.longitude,
  accuracy: coords.accuracy,
  heading: coords.heading,
  speed: coords.speed,
  capturedAtMs: timestamp,
});

/** How long one fresh fix is waited for. */
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

/**
 * The fix as the service takes it, or null when it is none. Phones say "unknown" as NaN (W3C heading while standing)
 * or −1 (iOS), and one value out of range would have a whole batch refused.
 */
export function cleanFix(fix: Fix): Fix | null {
  const { latitude, longitude, capturedAtMs } = fix;
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || !Number.isFinite(capturedAtMs))
    return null;
  const heading = atLeastZero(fix.heading);
  return {
    latitude,
    longitude,
    accuracy: atLeastZero(fix.accuracy),
    heading: heading === null ? null : heading % 360,
    speed: atLeastZero(fix.speed),
    capturedAtMs: Math.round(capturedAtMs),
  };
}
