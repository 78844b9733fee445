import type { GeoPoint } from '../../src/domain/geo';
import { movedBy } from './bearing';
import type { Random } from './random';
import type { VehicleState } from './vehicle';

/** A position as a phone reports it: names and units of the W3C Geolocation API. */
export interface Fix extends GeoPoint {
  /** Metres, radius of the 95 % circle. */
  readonly accuracy: number;
  /** Degrees clockwise from north; null when standing, where a phone knows none. */
  readonly heading: number | null;
  /** m/s */
  readonly speed: number;
  readonly capturedAt: Date;
}

const ACCURACY_METERS = { mean: 7.5, deviation: 2.5, min: 4, max: 15 };
/** How long an error lasts: satellites and reflections change slowly. */
const ERROR_SECONDS = 30;
const ACCURACY_SECONDS = 60;
/** How much of the error's variance is new with each fix. */
const WHITE_SHARE = 0.1;
/** In two dimensions 95 % lie within so many standard deviations of one axis. */
const DEVIATIONS_IN_RADIUS = 2.45;
const STANDING_MPS = 0.7;

/** The satellite receiver of one phone: each fix is a few metres off, and off much like the one before. */
export class Gps {
  private lastMs: number | undefined;
  private east = 0;
  private north = 0;
  private quality = 0;

  constructor(private readonly random: Random) {
    [this.east, this.north, this.quality] = [random.normal(), random.normal(), random.normal()];
  }

  /** Call with times that never go back. */
  fix({ position, headingDegrees, speedMps }: VehicleState, atMs: number): Fix {
    const elapsedSeconds = (atMs - (this.lastMs ?? atMs)) / 1000;
    this.lastMs = atMs;
    this.east = this.drifted(this.east, elapsedSeconds / ERROR_SECONDS);
    this.north = this.drifted(this.north, elapsedSeconds / ERROR_SECONDS);
    this.quality = this.drifted(this.quality, elapsedSeconds / ACCURACY_SECONDS);

    const { mean, deviation, min, max } = ACCURACY_METERS;
    const accuracy = Math.min(max, Math.max(min, mean + deviation * this.quality));
    const metersPerDeviation = accuracy / DEVIATIONS_IN_RADIUS;
    const seen = movedBy(
      position,
      metersPerDeviation * this.withWhiteNoise(this.east),
      metersPerDeviation * this.withWhiteNoise(this.north),
    );
    const standing = speedMps < STANDING_MPS;
    return {
      latitude: rounded(seen.latitude, 7),
      longitude: rounded(seen.longitude, 7),
      accuracy: rounded(accuracy, 1),
      heading: standing ? null : rounded((headingDegrees + 3 * this.random.normal() + 360) % 360, 1) % 360,
      speed: standing ? 0 : rounded(Math.max(0, speedMps + 0.15 * this.random.normal()), 2),
      capturedAt: new Date(atMs),
    };
  }

  /** One step of a first-order autoregression with variance 1; `steps` in units of its correlation time. */
  private drifted(value: number, steps: number): number {
    const kept = Math.exp(-steps);
    return kept * value + Math.sqrt(1 - kept ** 2) * this.random.normal();
  }

  private withWhiteNoise(error: number): number {
    return Math.sqrt(1 - WHITE_SHARE) * error + Math.sqrt(WHITE_SHARE) * this.random.normal();
  }
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
