import { movedAlong } from '../../demo/drive/bearing';
import { Gps } from '../../demo/drive/gps';
import { createRandom, type Random } from '../../demo/drive/random';
import { loadStreets } from '../../demo/drive/loadStreets';
import { planTrip } from '../../demo/drive/trip';
import type { VehicleState } from '../../demo/drive/vehicle';
import { FIX_INTERVAL_MS, type Drive, type DrivenFix } from './drives';

const START = Date.UTC(2026, 0, 1);

/** Drives through the demo's town, as a phone would report them. */
export function townDrives(count: number): Drive[] {
  const streets = loadStreets();
  const drives: Drive[] = [];
  for (const [at, home] of streets.homes(4 * count, 'replay').entries()) {
    const random = createRandom(`town ${at}`);
    const { drive } = planTrip(streets, home, random);
    if (drive.durationSeconds < 480 || drives.length === count) continue;
    const fixes = recorded(drive.durationSeconds, (seconds) => drive.stateAt(seconds), random);
    drives.push({ name: `town-${at}`, fixes });
  }
  return drives;
}

/** Drives along a motorway at speeds between two bounds, for three quarters of an hour each. */
export function motorwayDrives(count: number, [minKmh, maxKmh]: readonly [number, number]): Drive[] {
  return Array.from({ length: count }, (_, at) => {
    const random = createRandom(`motorway ${at} ${maxKmh}`);
    return {
      name: `motorway-${at}`,
      fixes: recorded(2700, motorway(random, (minKmh + maxKmh) / 2, (maxKmh - minKmh) / 2), random),
    };
  });
}

/** The speed swings around its mean once in two to five minutes. */
function motorway(random: Random, meanKmh: number, swingKmh: number): (seconds: number) => VehicleState {
  const from = { latitude: 48.2, longitude: 11.6 };
  const headingDegrees = random.between(0, 360);
  const pulse = (2 * Math.PI) / random.between(120, 300);
  return (seconds) => ({
    headingDegrees,
    speedMps: (meanKmh + swingKmh * Math.sin(pulse * seconds)) / 3.6,
    position: movedAlong(
      from,
      headingDegrees,
      (meanKmh * seconds + (swingKmh / pulse) * (1 - Math.cos(pulse * seconds))) / 3.6,
    ),
  });
}

export function recorded(
  durationSeconds: number,
  stateAt: (seconds: number) => VehicleState,
  random: Random,
): DrivenFix[] {
  const gps = new Gps(random);
  const fixes: DrivenFix[] = [];
  for (let ms = 0; ms <= durationSeconds * 1000; ms += FIX_INTERVAL_MS) {
    const { latitude, longitude, accuracy, speed } = gps.fix(stateAt(ms / 1000), START + ms);
    fixes.push({ latitude, longitude, accuracy, speed, time: START + ms });
  }
  return fixes;
}
