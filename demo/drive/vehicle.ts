import type { GeoPoint } from '../../src/domain/geo';
import { movedAlong, turnDegrees } from './bearing';
import type { Random } from './random';
import { CRUISE_MPS, type Leg } from './route';

/** An ordinary driver: brisk, not racing. m/s² each. */
export const ACCELERATION = 1.8;
export const BRAKING = 2.2;
/** What passengers take for comfortable in a bend, m/s². */
const SIDEWAYS_ACCELERATION = 2;
/** A car cuts a corner from so far before it to so far behind it. */
const CORNER_METERS = 9;
/** Even a U-turn is driven, not stood through. */
const SLOWEST_TURN_MPS = 1.5;

const RED_LIGHT = { chance: 0.45, minSeconds: 15, maxSeconds: 40 };
/** Lights so close after others belong to the same junction (a street with two carriageways) and are green with them. */
const SAME_JUNCTION_METERS = 80;

export interface VehicleState {
  readonly position: GeoPoint;
  readonly headingDegrees: number;
  readonly speedMps: number;
}

/** A vehicle's whole drive, as a function of the seconds since it set off. */
export interface Drive {
  readonly durationSeconds: number;
  readonly lengthMeters: number;
  /** Waits at red lights, in order. */
  readonly waits: readonly { readonly fromSeconds: number; readonly toSeconds: number }[];
  /** Before the start it stands at the start, after the end at the end. */
  stateAt(seconds: number): VehicleState;
}

/** A stretch of a leg under one acceleration; a wait has no speed and no acceleration. */
interface Phase {
  readonly leg: Leg;
  readonly startSeconds: number;
  readonly startMeters: number;
  readonly startMps: number;
  readonly acceleration: number;
  readonly seconds: number;
}

/** How a driver would drive the route: brakes in time for bends and red lights, and stands at its end. */
export function planDrive(route: readonly Leg[], random: Random): Drive {
  const first = route[0];
  if (!first) throw new RangeError('A drive needs a route of at least one leg');
  const speedFactor = random.between(0.92, 1);
  const cruise = route.map((leg) => CRUISE_MPS[leg.kind] * speedFactor);
  const waitSeconds = redLights(route, random);
  const endMps = speedsAtEnds(route, cruise, waitSeconds);

  const phases: Phase[] = [];
  const waits: { fromSeconds: number; toSeconds: number }[] = [];
  let clockSeconds = 0;
  let mps = 0;
  for (const [i, leg] of route.entries()) {
    let meters = 0;
    const toMps = endMps[i] ?? 0;
    const peakMps = Math.min(
      cruise[i] ?? 0,
      Math.sqrt(
        (2 * ACCELERATION * BRAKING * leg.lengthMeters + BRAKING * mps ** 2 + ACCELERATION * toMps ** 2) /
          (ACCELERATION + BRAKING),
      ),
    );
    const speedUpMeters = (peakMps ** 2 - mps ** 2) / (2 * ACCELERATION);
    const brakeMeters = (peakMps ** 2 - toMps ** 2) / (2 * BRAKING);
    const add = (startMps: number, acceleration: number, seconds: number): void => {
      // Rounding leaves slivers of either sign.
      if (seconds <= 0) return;
      phases.push({ leg, startSeconds: clockSeconds, startMeters: meters, startMps, acceleration, seconds });
      clockSeconds += seconds;
      meters += startMps * seconds + (acceleration * seconds ** 2) / 2;
    };
    add(mps, ACCELERATION, (peakMps - mps) / ACCELERATION);
    add(peakMps, 0, (leg.lengthMeters - speedUpMeters - brakeMeters) / peakMps);
    add(peakMps, -BRAKING, (peakMps - toMps) / BRAKING);
    mps = toMps;

    const wait = waitSeconds[i] ?? 0;
    if (wait > 0) waits.push({ fromSeconds: clockSeconds, toSeconds: clockSeconds + wait });
    add(0, 0, wait);
  }

  return {
    durationSeconds: clockSeconds,
    lengthMeters: route.reduce((meters, leg) => meters + leg.lengthMeters, 0),
    waits,
    stateAt: (seconds) => stateIn(phaseAt(phases, seconds), seconds),
  };
}

/** For each leg, the seconds to wait at its end. */
function redLights(route: readonly Leg[], random: Random): number[] {
  let metersSinceLights = Infinity;
  return route.map((leg, i) => {
    metersSinceLights += leg.lengthMeters;
    if (!leg.endsAtLights || i === route.length - 1 || metersSinceLights < SAME_JUNCTION_METERS) return 0;
    metersSinceLights = 0;
    if (!random.chance(RED_LIGHT.chance)) return 0;
    return random.between(RED_LIGHT.minSeconds, RED_LIGHT.maxSeconds);
  });
}

/** The speed at the end of each leg: what the bend allows, what can still be braked to what follows, what can be reached. */
function speedsAtEnds(
  route: readonly Leg[],
  cruise: readonly number[],
  waitSeconds: readonly number[],
): number[] {
  const speeds = route.map((leg, i) => {
    const next = route[i + 1];
    if (!next || waitSeconds[i]) return 0;
    const bendMps = cornerSpeed(turnDegrees(leg.bearingDegrees, next.bearingDegrees));
    return Math.min(cruise[i] ?? 0, cruise[i + 1] ?? 0, bendMps);
  });
  for (let i = speeds.length - 2; i >= 0; i--) {
    const stillBraked = Math.sqrt(
      (speeds[i + 1] ?? 0) ** 2 + 2 * BRAKING * (route[i + 1]?.lengthMeters ?? 0),
    );
    speeds[i] = Math.min(speeds[i] ?? 0, stillBraked);
  }
  for (const [i, leg] of route.entries()) {
    const reached = Math.sqrt((speeds[i - 1] ?? 0) ** 2 + 2 * ACCELERATION * leg.lengthMeters);
    speeds[i] = Math.min(speeds[i] ?? 0, reached);
  }
  return speeds;
}

/** m/s on the arc that cuts the corner: the sharper the turn, the smaller its radius. */
function cornerSpeed(degrees: number): number {
  const radiusMeters = CORNER_METERS / Math.tan((Math.min(degrees, 179) * Math.PI) / 360);
  return Math.max(SLOWEST_TURN_MPS, Math.sqrt(SIDEWAYS_ACCELERATION * radiusMeters));
}

function phaseAt(phases: readonly Phase[], seconds: number): Phase {
  let low = 0;
  let high = phases.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((phases[middle]?.startSeconds ?? Infinity) <= seconds) low = middle;
    else high = middle - 1;
  }
  const phase = phases[low];
  if (!phase) throw new RangeError('A drive has at least one phase');
  return phase;
}

function stateIn(phase: Phase, seconds: number): VehicleState {
  const { leg, startMeters, startMps, acceleration } = phase;
  const elapsed = Math.min(Math.max(0, seconds - phase.startSeconds), phase.seconds);
  const meters = startMeters + startMps * elapsed + (acceleration * elapsed ** 2) / 2;
  return {
    position: movedAlong(leg.from, leg.bearingDegrees, Math.min(meters, leg.lengthMeters)),
    headingDegrees: leg.bearingDegrees,
    speedMps: Math.max(0, startMps + acceleration * elapsed),
  };
}
