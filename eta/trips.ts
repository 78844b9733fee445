import { loadStreets } from '../demo/drive/loadStreets';
import { createRandom, type Random } from '../demo/drive/random';
import { findRoute } from '../demo/drive/route';
import { planDrive, type Drive } from '../demo/drive/vehicle';
import { streetSeconds } from '../demo/router/travelTime';
import { distanceMeters } from '../src/domain/geo';
import type { Router } from '../src/domain/router';
import { cutPieces, FIX_INTERVAL_MS, readDrives, type DrivenFix } from '../test/road/drives';
import { recorded } from '../test/road/simulatedDrives';
import type { Trip } from './replay';

const MIN_SIMULATED_SECONDS = 660;
const START_METERS = { min: 3000, max: 9000 };
/** How much faster the simulated drives are than without traffic, on the mean, and how much that varies. */
const MEAN_PACE = 1.35;
const PACE_DEVIATION = 0.3;
/** For so long the traffic is alike. */
const STRETCH_SECONDS = 120;
/** A faster step is an error of the recording. */
const MAX_STEP_KMH = 250;
/** Somebody who stays so long within so many metres has arrived somewhere. */
const STOP_MS = 180_000;
const STOP_METERS = 50;
const MIN_TRIP_MS = 300_000;
const MIN_TRIP_METERS = 1000;
/** A recording that breaks off at a higher speed shows no arrival. */
const FASTEST_END_MPS = 30 / 3.6;
const ENDING_FIXES = 4;
/** Before a slow place lie at least eleven minutes, and from one to the next at least five. */
const LEAD_FIXES = 660_000 / FIX_INTERVAL_MS;
const APART_FIXES = 300_000 / FIX_INTERVAL_MS;
/** A journey ends after an hour. */
const MAX_TRIP_MS = 3_300_000;

/**
 * Drives through the demo's town to a home, in traffic, with the town's own road router, which does not know the traffic.
 */
export function simulatedTrips(count: number): Trip[] {
  const streets = loadStreets();
  const trips: Trip[] = [];
  for (const [at, home] of streets.homes(4 * count, 'eta').entries()) {
    const random = createRandom(`eta ${at}`);
    const goal = streets.nearestNode(home);
    const start = streets.randomNode(random, home, START_METERS.min, START_METERS.max);
    const drive = inTraffic(planDrive(findRoute(streets, start, goal), random), random);
    if (drive.durationSeconds < MIN_SIMULATED_SECONDS || trips.length === count) continue;
    const fixes = recorded(drive.durationSeconds, (seconds) => drive.stateAt(seconds), random);
    const router = async (fix: DrivenFix) => streetSeconds(streets, fix, fixes.at(-1)!) / MEAN_PACE;
    trips.push({ name: `simulated-${at}`, fixes, router });
  }
  return trips;
}

/**
 * The same way in more or less time: some days are quicker than others, and so is each stretch of a drive. The simulated
 * vehicles, which know red lights alone, would all be alike.
 */
function inTraffic(drive: Pick<Drive, 'durationSeconds' | 'stateAt'>, random: Random): typeof drive {
  const day = MEAN_PACE * Math.exp(PACE_DEVIATION * random.normal());
  const stretches = Math.ceil(drive.durationSeconds / STRETCH_SECONDS);
  /** Of the undisturbed drive at the end of each stretch of the real one. */
  const ends = [0];
  for (let at = 0; at < 4 * stretches; at += 1)
    ends.push(ends[at]! + STRETCH_SECONDS * day * Math.exp(PACE_DEVIATION * random.normal()));
  const undisturbed = (seconds: number): number => {
    const at = Math.floor(seconds / STRETCH_SECONDS);
    const [from, to] = [ends[at]!, ends[at + 1]!];
    return from + (to - from) * (seconds / STRETCH_SECONDS - at);
  };
  let durationSeconds = 0;
  while (undisturbed(durationSeconds) < drive.durationSeconds) durationSeconds += 5;
  return {
    durationSeconds,
    stateAt: (seconds) => {
      const state = drive.stateAt(undisturbed(seconds));
      const pace = (undisturbed(seconds + 1) - undisturbed(seconds)) / 1;
      return { ...state, speedMps: state.speedMps * pace };
    },
  };
}

/** How recorded drives become trips. */
export type Cut = (fixes: readonly DrivenFix[]) => DrivenFix[][];

/** The trips in a folder of recorded drives, with a router or, when there is none, with a stand-in. */
export function recordedTrips(folder: string, router: Router | null, cut: Cut): Trip[] {
  const pieces = cutPieces(readDrives(folder), { maxStepKmh: MAX_STEP_KMH, maxPieceMs: Infinity });
  return pieces.flatMap(({ name, fixes }) =>
    cut(fixes)
      .map((trip) => trip.slice(-MAX_TRIP_MS / FIX_INTERVAL_MS))
      .filter(isTrip)
      .map((trip, at) => {
        const ask = router ? askRouter(router, trip) : standInFor(trip);
        return { name: `${name}-${at + 1}`, fixes: trip, router: ask };
      }),
  );
}

/** Few recordings end where their driver arrives, so every place at which one was slow may stand for an arrival. */
export const atSlowPlaces: Cut = (fixes) => {
  const trips: DrivenFix[][] = [];
  for (let end = LEAD_FIXES; end < fixes.length; end += 1) {
    const trip = fixes.slice(0, end + 1);
    if (!endsSlowly(trip)) continue;
    trips.push(trip);
    end += APART_FIXES;
  }
  return trips;
};

/** Each part ends where somebody stops, and begins where they set off again. */
export const atStops: Cut = (fixes) => {
  const parts: DrivenFix[][] = [];
  let begin = 0;
  for (let at = 0; at < fixes.length; at += 1) {
    let end = at;
    while (end + 1 < fixes.length && distanceMeters(fixes[at]!, fixes[end + 1]!) <= STOP_METERS) end += 1;
    const isLast = end === fixes.length - 1;
    if (!isLast && fixes[end]!.time - fixes[at]!.time < STOP_MS) continue;
    parts.push(fixes.slice(begin, at + 1));
    if (isLast) break;
    begin = end;
    at = end;
  }
  return parts;
};

function isTrip(fixes: readonly DrivenFix[]): boolean {
  const [first, last] = [fixes[0]!, fixes.at(-1)!];
  const isLong = last.time - first.time >= MIN_TRIP_MS && distanceMeters(first, last) >= MIN_TRIP_METERS;
  return isLong && endsSlowly(fixes);
}

function endsSlowly(fixes: readonly DrivenFix[]): boolean {
  const [before, last] = [fixes.at(-ENDING_FIXES)!, fixes.at(-1)!];
  return distanceMeters(before, last) / ((last.time - before.time) / 1000) <= FASTEST_END_MPS;
}

const askRouter =
  (router: Router, fixes: readonly DrivenFix[]): Trip['router'] =>
  (fix) =>
    router.travelSeconds(fix, fixes.at(-1)!, AbortSignal.timeout(10_000));

/** The speed that a road allows is taken to be the highest one that was driven within so many fixes. */
const FREE_FLOW_FIXES = 18;
const FREE_FLOW_QUANTILE = 0.85;
/** Nobody's road is slower. */
const SLOWEST_ROAD_MPS = 5;

/**
 * What a road router without knowledge of the traffic would say: it knows the road, which is the one that was driven, and
 * how fast it is when nothing is in the way, but neither red lights nor queues.
 */
function standInFor(fixes: readonly DrivenFix[]): Trip['router'] {
  const steps = fixes.slice(1).map((fix, at) => distanceMeters(fixes[at]!, fix));
  const speeds = steps.map((meters) => meters / (FIX_INTERVAL_MS / 1000));
  const secondsLeft = new Map<DrivenFix, number>([[fixes.at(-1)!, 0]]);
  let sum = 0;
  for (let at = steps.length - 1; at >= 0; at -= 1) {
    const around = speeds
      .slice(Math.max(0, at - FREE_FLOW_FIXES), at + FREE_FLOW_FIXES + 1)
      .sort((a, b) => a - b);
    const roadMps = Math.max(SLOWEST_ROAD_MPS, around[Math.floor(FREE_FLOW_QUANTILE * around.length)]!);
    sum += steps[at]! / roadMps;
    secondsLeft.set(fixes[at]!, sum);
  }
  return async (fix) => secondsLeft.get(fix) ?? null;
}
