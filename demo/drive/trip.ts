import type { GeoPoint } from '../../src/domain/geo';
import type { Random } from './random';
import { findRoute } from './route';
import type { Streets } from './streets';
import { planDrive, type Drive } from './vehicle';

/** As the crow flies; by the streets it is up to half as much again. */
const START_METERS = { least: 2000, most: 6000 };
const TUNNEL = { chance: 0.35, leastSeconds: 50, mostSeconds: 70 };
/** A tunnel leaves so much of the drive free, before it and behind it. */
const TUNNEL_MARGIN_SECONDS = 30;

/** A drive to a home, and perhaps a minute of it in which the phone finds no network. */
export interface Trip {
  readonly drive: Drive;
  /** Seconds since departure. */
  readonly tunnel: { readonly fromSeconds: number; readonly toSeconds: number } | undefined;
}

/** A trip that begins 2 to 6 km from a home and ends at the street node nearest to it. */
export function planTrip(streets: Streets, home: GeoPoint, random: Random): Trip {
  const start = streets.randomNode(random, home, START_METERS.least, START_METERS.most);
  const drive = planDrive(findRoute(streets, start, streets.nearestNode(home)), random);
  return { drive, tunnel: planTunnel(drive.durationSeconds, random) };
}

function planTunnel(durationSeconds: number, random: Random): Trip['tunnel'] {
  const lengthSeconds = random.between(TUNNEL.leastSeconds, TUNNEL.mostSeconds);
  const lastStart = durationSeconds - TUNNEL_MARGIN_SECONDS - lengthSeconds;
  if (!random.chance(TUNNEL.chance) || lastStart < TUNNEL_MARGIN_SECONDS) return undefined;
  const fromSeconds = random.between(TUNNEL_MARGIN_SECONDS, lastStart);
  return { fromSeconds, toSeconds: fromSeconds + lengthSeconds };
}
