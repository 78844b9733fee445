import type { GeoPoint } from '../../src/domain/geo';
import type { Random } from './random';
import { bearingDegrees } from './bearing';
import type { DriveCondition } from './condition';
import { findRoute, motorwayTo } from './route';
import type { Streets } from './streets';
import { planDrive, type Drive } from './vehicle';

/** As the crow flies; by the streets it is up to half as much again. */
const START_METERS = { min: 2000, max: 6000 };
/** A motorway ends so far from a home, and leads there from as far as a journey of ten minutes. */
const EXIT_METERS = { min: 1500, max: 3000 };
const MOTORWAY_METERS = { min: 10_000, max: 16_000 };
const TUNNEL = { chance: 0.35, minSeconds: 50, maxSeconds: 70 };
/** A tunnel leaves so much of the drive free, before it and behind it. */
const TUNNEL_MARGIN_SECONDS = 30;

/** A drive to a home, and perhaps a minute of it in which the phone finds no network. */
export interface Trip {
  readonly drive: Drive;
  /** Seconds since departure. */
  readonly tunnel: { readonly fromSeconds: number; readonly toSeconds: number } | undefined;
}

/** A trip that begins 2 to 6 km from a home, or with a motorway, and ends at the street node nearest to it. */
export function planTrip(
  streets: Streets,
  home: GeoPoint,
  random: Random,
  condition: DriveCondition = 'ORDINARY',
): Trip {
  const meters = condition === 'MOTORWAY' ? EXIT_METERS : START_METERS;
  const start = streets.randomNode(random, home, meters.min, meters.max);
  const route = findRoute(streets, start, streets.nearestNode(home));
  if (condition === 'MOTORWAY') {
    const exit = streets.place(start);
    const length = random.between(MOTORWAY_METERS.min, MOTORWAY_METERS.max);
    route.unshift(...motorwayTo(exit, bearingDegrees(home, exit), length));
  }
  const drive = planDrive(route, random);
  return { drive, tunnel: planTunnel(drive.durationSeconds, random) };
}

function planTunnel(durationSeconds: number, random: Random): Trip['tunnel'] {
  const lengthSeconds = random.between(TUNNEL.minSeconds, TUNNEL.maxSeconds);
  const lastStart = durationSeconds - TUNNEL_MARGIN_SECONDS - lengthSeconds;
  if (!random.chance(TUNNEL.chance) || lastStart < TUNNEL_MARGIN_SECONDS) return undefined;
  const fromSeconds = random.between(TUNNEL_MARGIN_SECONDS, lastStart);
  return { fromSeconds, toSeconds: fromSeconds + lengthSeconds };
}
