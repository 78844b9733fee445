import type { Fix } from '@journey/client';
import { bearing, metersBetween, toCentimetres, type Place } from '../map/geometry';

/** 34 km/h: a usual speed in a city, far below the service's limit. */
const SPEED_MPS = 34 / 3.6;
const ACCURACY_METERS = 9;

/** Where a simulated car is: a function of time alone, so a reloaded page goes on where it was. */
export class Drive {
  private readonly lengths: readonly number[];

  constructor(
    /** At least one place; the last one is the goal. */
    private readonly way: readonly Place[],
    private readonly departedAtMs: number,
  ) {
    this.lengths = way.slice(1).map((place, i) => metersBetween(way[i]!, place));
  }

  fixAt(nowMs: number): Fix {
    let rest = Math.max(0, ((nowMs - this.departedAtMs) / 1000) * SPEED_MPS);
    for (const [i, length] of this.lengths.entries()) {
      const [from, to] = [this.way[i]!, this.way[i + 1]!];
      if (rest < length) {
        const share = rest / length;
        return this.fix(nowMs, bearing(from, to), SPEED_MPS, {
          latitude: from.latitude + share * (to.latitude - from.latitude),
          longitude: from.longitude + share * (to.longitude - from.longitude),
        });
      }
      rest -= length;
    }
    return this.fix(nowMs, null, 0, this.way.at(-1)!);
  }

  private fix(
    capturedAtMs: number,
    heading: number | null,
    speed: number,
    { latitude, longitude }: Place,
  ): Fix {
    return {
      ...toCentimetres({ latitude, longitude }),
      accuracy: ACCURACY_METERS,
      heading,
      speed,
      capturedAtMs,
    };
  }
}

/** A place some way off, in a direction that differs from session to session but not from try to try. */
export function departurePlace(sessionId: string, home: Place, meters: number): Place {
  const sum = [...sessionId].reduce((total, letter) => (total * 31 + letter.charCodeAt(0)) % 360, 7);
  const angle = (sum * Math.PI) / 180;
  const latitudeMeters = 111_195;
  return {
    latitude: home.latitude + (meters * Math.cos(angle)) / latitudeMeters,
    longitude:
      home.longitude +
      (meters * Math.sin(angle)) / (latitudeMeters * Math.cos((home.latitude * Math.PI) / 180)),
  };
}
