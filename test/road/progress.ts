import type { Eta } from '../../src/domain/eta';
import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import { MAX_TRAIL_POINTS, type TrailPoint } from '../../src/domain/trail';
import type { Policy } from '../../src/domain/policy';
import type { JourneyStage, ReachedStage } from '../../src/domain/stage';
import { STILL_RADIUS_METERS, type AcceptedFix, type TimedFix } from './judge';

/**
 * The executable model of stages and of the ETA: what an update's accepted fixes (test/road/judge.ts) make of them.
 * `redis/scripts/update.lua` does the same in the same step; test/redis/judgement.spec.ts holds the two together.
 */

/** Nothing nearer is promised. */
export const MIN_ETA_MS = 60_000;
/** A new ETA is published if it differs by more than the greater of these two from what is shown. */
export const MIN_CHANGE_MS = 60_000;
export const MIN_CHANGE_SHARE = 0.25;
export const DOOR_SPEED_MPS = 3;
/** The true arrival in 8 of 10 journeys, as a share of the estimated time, up to a distance from home. */
export const INTERVALS = [
  { belowMeters: 500, low: 0.49, high: 2.55 },
  { belowMeters: 1500, low: 0.43, high: 2.32 },
  { belowMeters: 5000, low: 0.52, high: 1.57 },
  { belowMeters: Infinity, low: 0.66, high: 1.69 },
] as const;
export const ROUTER_INTERVAL = { low: 0.8, high: 1.35 } as const;

export type ProgressSettings = Pick<
  Policy,
  'stageApproachingSeconds' | 'stageNearbyMeters' | 'stageDoorMeters'
>;

/** A router's answer: the arrival, asked for a place where the trainer was at `time`. */
export interface RouterAnswer {
  readonly time: number;
  readonly arrivesAt: number;
  readonly freshUntil: number;
}

export interface Progress {
  readonly stage: JourneyStage;
  /** What the newest accepted fix satisfies. */
  readonly level: number;
  /** As it was published; it is shown while there is a location. */
  readonly eta: Eta | null;
  readonly answer: RouterAnswer | null;
  /** When the marker was corrected by a takeover. */
  readonly correctedAt: number | null;
  /** Where the journey began. */
  readonly origin: readonly GeoPoint[];
  readonly trail: readonly TrailPoint[];
}

export const setOut: Progress = {
  stage: 'ON_THE_WAY',
  level: 0,
  eta: null,
  answer: null,
  correctedAt: null,
  origin: [],
  trail: [],
};

export interface Advance {
  readonly now: number;
  readonly home: GeoPoint;
  readonly accepted: readonly AcceptedFix[];
  /** Whether a location was shown before the request. */
  readonly wasShown: boolean;
  /** Whether it has the first fix that was judged by its place. */
  readonly isFirst: boolean;
  /** The journey's, after the request. */
  readonly version: number;
  readonly settings: ProgressSettings;
}

type Expected = Omit<Eta, 'computedAt'>;

export function estimated(meters: number, time: number): Expected {
  const ms = Math.round(1940 * (meters + 100) ** 0.654);
  const { low, high } = INTERVALS.find(({ belowMeters }) => meters < belowMeters)!;
  return within(ms, time, { low, high, source: 'ESTIMATE' });
}

const within = (
  ms: number,
  time: number,
  { low, high, source }: { low: number; high: number; source: Eta['source'] },
): Expected => ({
  source,
  arrivesAt: time + ms,
  earliestAt: time + Math.round(ms * low),
  latestAt: time + Math.round(ms * high),
});

export function routed({ answer }: Pick<Progress, 'answer'>, now: number): Expected | null {
  if (!answer || now > answer.freshUntil) return null;
  return within(answer.arrivesAt - answer.time, answer.time, { ...ROUTER_INTERVAL, source: 'ROUTER' });
}

/** The ETA after `expected` was computed; `shown` is null while none is shown. */
export function publish(shown: Eta | null, expected: Expected, now: number): Eta {
  let arrivesAt = Math.max(expected.arrivesAt, now + MIN_ETA_MS);
  if (shown) {
    const shownAt = Math.max(shown.arrivesAt, now + MIN_ETA_MS);
    const noticeable = Math.max(MIN_CHANGE_MS, (shownAt - now) * MIN_CHANGE_SHARE);
    if (Math.abs(arrivesAt - shownAt) <= noticeable) {
      if (shown.source === expected.source) return shown;
      arrivesAt = shownAt;
    }
  }
  return {
    arrivesAt,
    earliestAt: Math.min(expected.earliestAt, arrivesAt),
    latestAt: Math.max(expected.latestAt, arrivesAt),
    source: expected.source,
    computedAt: now,
  };
}

const STAGES: readonly JourneyStage[] = ['ON_THE_WAY', 'APPROACHING', 'NEARBY', 'AT_THE_DOOR'];

/** The nearest stage that one fix satisfies; it satisfies those before it too. */
function levelOf(fix: TimedFix, etaMs: number, home: GeoPoint, settings: ProgressSettings): number {
  const meters = distanceMeters(fix, home);
  if (meters <= settings.stageDoorMeters) return 3;
  if (meters <= settings.stageNearbyMeters) return 2;
  return etaMs <= settings.stageApproachingSeconds * 1000 ? 1 : 0;
}

const isSlow = (from: TimedFix, to: TimedFix): boolean =>
  distanceMeters(from, to) <= (DOOR_SPEED_MPS * (to.time - from.time)) / 1000;

/** The journey after a request, and the stages that it reached, in their order. */
export function advance(
  before: Progress,
  { now, home, accepted, wasShown, isFirst, version, settings }: Advance,
): { progress: Progress; reached: ReachedStage[] } {
  const newest = accepted.at(-1);
  if (!newest) return { progress: before, reached: [] };
  let router = routed(before, now);
  const reached: ReachedStage[] = [];
  let { stage, level, answer, correctedAt } = before;
  const trail = [...before.trail];
  let origin = isFirst ? [placeOf(accepted[0]!.fix)] : before.origin;
  for (const { fix, follows, takeover, isStep, stillBefore } of accepted) {
    // A router's answer for the place that this fix overturns is as wrong as that place.
    if (takeover) [router, answer] = [null, null];
    const expectedAt = router?.arrivesAt ?? estimated(distanceMeters(fix, home), fix.time).arrivesAt;
    const ownLevel = levelOf(fix, expectedAt - fix.time, home, settings);
    if (follows) {
      const both = Math.min(level, ownLevel);
      const confirmed = both === 3 && !isSlow(follows, fix) ? 2 : both;
      if (confirmed > STAGES.indexOf(stage)) {
        stage = STAGES[confirmed]!;
        reached.push(stage as ReachedStage);
      }
    }
    level = ownLevel;
    if (takeover) {
      correctedAt = now;
      if (isSame(origin.at(-1), stillBefore) && textOf(origin).length < MAX_ORIGIN_LENGTH) {
        origin = [...origin, placeOf(fix)];
      }
    }
    const last = trail.at(-1);
    if (isStep && !(last && distanceMeters(rounded(last), fix) <= STILL_RADIUS_METERS)) {
      trail.push({ version, ...placeOf(fix), capturedAt: Math.min(fix.time, now) });
    }
  }
  const expected = router ?? estimated(distanceMeters(newest.fix, home), newest.fix.time);
  const eta = publish(wasShown ? before.eta : null, expected, now);
  const kept = trail.slice(-MAX_TRAIL_POINTS);
  return { progress: { ...before, stage, level, eta, answer, correctedAt, origin, trail: kept }, reached };
}

const MAX_ORIGIN_LENGTH = 160;
const placeOf = ({ latitude, longitude }: GeoPoint): GeoPoint => ({ latitude, longitude });
const textOf = (places: readonly GeoPoint[]): string =>
  places.map(({ latitude, longitude }) => `${latitude} ${longitude}`).join(' ');
const isSame = (one: GeoPoint | undefined, other: GeoPoint | null): boolean =>
  one !== undefined && one.latitude === other?.latitude && one.longitude === other.longitude;

/** As the trail keeps it. */
export const rounded = <Place extends GeoPoint>(place: Place): Place => ({
  ...place,
  latitude: Math.round(place.latitude * 1e7) / 1e7,
  longitude: Math.round(place.longitude * 1e7) / 1e7,
});
