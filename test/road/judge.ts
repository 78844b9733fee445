import type { PointRejection } from '../../src/domain/errors';
import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import type { Fix, PointVerdict } from '../../src/domain/location';
import type { Policy } from '../../src/domain/policy';

/**
 * The executable model of which fix to believe. Pure: `judge` maps a state and a request to the next state and one
 * verdict for each fix. `redis/scripts/update.lua` does the same in one atomic step; test/redis/judgement.spec.ts
 * holds the two together.
 */

/** A capturedAt this far ahead of the server is a clock's jitter. */
export const FUTURE_TOLERANCE_MS = 5000;
/** A fix that is older than this says nothing about the journey. */
export const OLDEST_MS = 2 * 3600_000;
/** A phone takes the fix that it starts with a moment before the start. */
export const BEFORE_START_TOLERANCE_MS = 5000;
/** Of a fix's accuracy no more than this counts in its favour. */
export const ACCURACY_CAP_METERS = 100;
/** Within this radius a phone stands still: GPS wanders by metres. */
export const STILL_RADIUS_METERS = 25;
/** The request of a fix that is dated by its arrival may have taken this much less time than the one before. */
export const ARRIVAL_TIME_SLACK_MS = 5000;
/** A silence longer than this ends the credit of a track. */
export const CREDIT_GAP_MS = 30_000;
export const MAX_CREDIT_MS = 120_000;
/** A receiver that is stuck at a wrong place looks like one that waits, so waiting earns little. */
export const MAX_STANDING_CREDIT_MS = 15_000;
/** A step below this ends a track's status as a fast one. */
export const FAST_ENDS_BELOW_KMH = 80;
export const RUN_GAP_MS = 60_000;
export const MIN_RUN_MS = 2500;
export const FULL_JUMP_METERS = 10_000;
export const MOVING_SPEED_MPS = 2;
export const STANDING_WEIGHT = 0.5;
/** Two fixes with the same time may be this far apart in truth: phones cut times to whole seconds. */
export const SAME_TIME_MS = 1000;
/** An accuracy is the radius of 68 % of the fixes; three of it hold nearly all. */
export const ACCURACY_RADII = 3;
/** A clock that differs by more has been set; by less, a request was merely late. */
export const CLOCK_STEP_MS = 60_000;
export const CLOCK_STEP_REQUESTS = 3;

export type Settings = Pick<
  Policy,
  | 'maxSpeedKmh'
  | 'sustainedMaxSpeedKmh'
  | 'maxAccuracyMeters'
  | 'maxDistanceKm'
  | 'acceptMockedFixes'
  | 'locationTtlMs'
>;

export interface UpdateRequest {
  readonly fixes: readonly Fix[];
  readonly sentAt: number | null;
  readonly deviceId: string | null;
}

/** A fix on the time line of the journey: `time` is capturedAt by the server's clock, which may run a little ahead of it. */
export interface TimedFix extends GeoPoint {
  readonly accuracy: number | null;
  readonly speed: number | null;
  readonly time: number;
  /** It is dated by its arrival, having neither capturedAt nor sentAt. */
  readonly datedByArrival: boolean;
}

export interface ShownFix extends TimedFix {
  readonly heading: number | null;
  readonly capturedAt: number;
  readonly receivedAt: number;
}

/** Where the track last stood still, and since when. */
export interface StillPlace extends GeoPoint {
  readonly accuracy: number | null;
  readonly since: number;
}

/** Refused fixes that agree with each other. */
export interface Run {
  readonly first: TimedFix;
  readonly last: TimedFix;
  readonly count: number;
  readonly fast: boolean;
}

export interface Overturned extends GeoPoint {
  /** When it was overturned, by the server's clock. */
  readonly at: number;
}

export interface DeviceClock {
  /** The smallest receivedAt - sentAt so far. */
  readonly offset: number;
  /** How many requests in a row were far above it, the last one's sentAt, and their own smallest difference. */
  readonly above: { readonly count: number; readonly sentAt: number; readonly offset: number } | null;
}

export interface Track {
  readonly shown: ShownFix;
  readonly still: StillPlace;
  readonly credit: number;
  readonly fast: boolean;
  readonly run: Run | null;
  readonly overturned: Overturned | null;
  /** When Redis drops it all. */
  readonly expiresAt: number;
}

export interface RoadState {
  readonly startedAt: number;
  readonly home: GeoPoint;
  readonly version: number;
  readonly track: Track | null;
  /** The time of the newest fix that was shown or joined a run. It outlives the location: a late repeat is not to bring that back. */
  readonly newestTime: number | null;
  readonly clocks: Readonly<Record<string, DeviceClock>>;
  /** The device that reports; `isNew`: it took over, and none of its fixes has been accepted yet. */
  readonly reporter: { readonly deviceId: string; readonly isNew: boolean } | null;
}

export const started = (home: GeoPoint, startedAt: number): RoadState => ({
  startedAt,
  home,
  version: 1,
  track: null,
  newestTime: null,
  clocks: {},
  reporter: null,
});

/** Another device reports from now on. */
export const takenOver = (state: RoadState, deviceId: string): RoadState =>
  state.reporter?.deviceId === deviceId ? state : { ...state, reporter: { deviceId, isNew: true } };

export const isOtherDevice = ({ reporter }: RoadState, { deviceId }: UpdateRequest): boolean =>
  reporter !== null && deviceId !== null && reporter.deviceId !== deviceId;

const blur = ({ accuracy }: { readonly accuracy: number | null }): number =>
  Math.min(accuracy ?? 0, ACCURACY_CAP_METERS);

const isSamePlace = (one: GeoPoint, other: GeoPoint): boolean =>
  one.latitude === other.latitude && one.longitude === other.longitude;

type Placed = GeoPoint & { readonly accuracy: number | null };

/** The distance that is left when both fixes are as wrong as they say they may be. */
const sureMeters = (from: Placed, to: Placed): number =>
  Math.max(0, distanceMeters(from, to) - blur(from) - blur(to));

/** The speed that two fixes prove at least, km/h. `to` is the newer one. */
export function provenSpeedKmh(from: TimedFix, to: TimedFix): number {
  const slack = from.datedByArrival || to.datedByArrival ? ARRIVAL_TIME_SLACK_MS : 0;
  return (sureMeters(from, to) / (to.time - from.time + slack)) * 3600;
}

interface ReceivedFix extends TimedFix {
  readonly index: number;
  readonly ahead: boolean;
  readonly heading: number | null;
  readonly mocked?: boolean;
}

/** An accepted fix, and the one before it that it follows: null for the first of a track, and for one that takes the other's place. */
export interface AcceptedFix {
  readonly fix: TimedFix;
  readonly follows: TimedFix | null;
  readonly takeover: boolean;
  /** Whether the trainer had left the place of the step before. */
  readonly isStep: boolean;
  /** Where the trainer stood still before it. */
  readonly stillBefore: GeoPoint | null;
}

export function judge(
  state: RoadState,
  request: UpdateRequest,
  now: number,
  settings: Settings,
): { state: RoadState; verdicts: PointVerdict[]; clockReset: boolean; accepted: AcceptedFix[] } {
  const device = request.deviceId ?? '';
  const { clock, fall, isReset = false } = adjustClock(state.clocks[device] ?? null, request, now);
  let track = state.track && state.track.expiresAt > now ? state.track : null;
  if (track && fall > 0) track = movedBack(track, fall);
  const newestTime = state.newestTime === null ? null : state.newestTime - fall;

  const verdicts: PointVerdict[] = [];
  const fixes = onTimeLine(request, clock, now);
  fixes.sort((a, b) => a.time - b.time || accuracyOf(a) - accuracyOf(b) || a.index - b.index);
  const accepted: AcceptedFix[] = [];
  // The first fix after a takeover by another device is judged as if nothing were shown.
  const isFirst = request.deviceId !== null && state.reporter?.isNew === true;
  let former = isFirst ? track : null;
  if (isFirst) track = null;
  for (const fix of fixes) {
    const judged = judgeOne(track, fix, {
      now,
      state,
      settings,
      newestTime: track ? track.shown.time : isFirst ? null : newestTime,
    });
    verdicts[fix.index] = judged.verdict;
    if (judged.verdict.status === 'ACCEPTED') {
      const takeover = judged.verdict.takeover === true;
      const isNext = track !== null && !takeover && fix.time > track.shown.time;
      const { still } = judged.track!;
      accepted.push({
        fix,
        follows: isNext ? track!.shown : null,
        takeover,
        isStep: still.since === fix.time && isSamePlace(still, fix),
        stillBefore: track?.still ?? null,
      });
    }
    track = judged.track;
    if (former && track) {
      track = { ...track, overturned: overturnedBy(former, { now, state, settings, newestTime }) };
      former = null;
    }
  }
  track ??= former;
  const isAccepted = accepted.length > 0;
  if (track && isAccepted) track = { ...track, expiresAt: now + settings.locationTtlMs };
  return {
    verdicts,
    accepted,
    clockReset: isReset,
    state: {
      ...state,
      track,
      newestTime: track ? Math.max(newestTime ?? 0, track.shown.time, track.run?.last.time ?? 0) : newestTime,
      version: state.version + (isAccepted ? 1 : 0),
      clocks: clock ? { ...state.clocks, [device]: clock } : state.clocks,
      reporter:
        request.deviceId === null
          ? state.reporter
          : { deviceId: request.deviceId, isNew: isFirst && !isAccepted },
    },
  };
}

/** Unknown is worse than any number. */
const accuracyOf = ({ accuracy }: { readonly accuracy: number | null }): number => accuracy ?? Infinity;

// --- one clock offset for each device ---

function adjustClock(
  clock: DeviceClock | null,
  { fixes, sentAt }: UpdateRequest,
  now: number,
): { clock: DeviceClock | null; fall: number; isReset?: boolean } {
  const latestCredible = Math.max(now, sentAt ?? now) + FUTURE_TOLERANCE_MS;
  const newestCapture = Math.max(
    ...fixes.map(({ capturedAt }) =>
      capturedAt !== null && capturedAt <= latestCredible ? capturedAt : -Infinity,
    ),
  );
  if (sentAt === null) {
    // Nothing is sent before it is captured: a fix that would lie ahead of the server shows by how much the offset is too large.
    const excess = clock ? newestCapture + clock.offset - now : 0;
    if (!clock || excess <= 0 || excess > CLOCK_STEP_MS) return { clock, fall: 0 };
    return { clock: { offset: clock.offset - excess, above: null }, fall: excess };
  }
  // A receiver's time is a satellite's, sentAt the phone's: where the two differ, the fixes' own clock counts.
  const sent = Math.max(sentAt, newestCapture);
  const offset = now - sent;
  if (!clock) return { clock: { offset, above: null }, fall: 0 };
  if (offset <= clock.offset) {
    const fall = clock.offset - offset;
    if (fall > CLOCK_STEP_MS) return { clock: { offset, above: null }, fall: 0, isReset: true };
    return { clock: { offset, above: null }, fall };
  }
  if (offset <= clock.offset + CLOCK_STEP_MS) return { clock: { ...clock, above: null }, fall: 0 };
  const { above } = clock;
  // A request that is sent again says nothing new.
  if (above && sent <= above.sentAt) return { clock, fall: 0 };
  const next = {
    count: (above?.count ?? 0) + 1,
    sentAt: sent,
    offset: Math.min(above?.offset ?? Infinity, offset),
  };
  if (next.count >= CLOCK_STEP_REQUESTS) {
    return { clock: { offset: next.offset, above: null }, fall: 0, isReset: true };
  }
  return { clock: { ...clock, above: next }, fall: 0 };
}

function movedBack(track: Track, fall: number): Track {
  const moved = <T extends TimedFix>(fix: T): T => ({ ...fix, time: fix.time - fall });
  return {
    ...track,
    shown: { ...moved(track.shown), capturedAt: track.shown.capturedAt - fall },
    still: { ...track.still, since: track.still.since - fall },
    run: track.run && { ...track.run, first: moved(track.run.first), last: moved(track.run.last) },
  };
}

function onTimeLine({ fixes, sentAt }: UpdateRequest, clock: DeviceClock | null, now: number): ReceivedFix[] {
  const timed = fixes.map((fix, index): ReceivedFix => {
    const own = fix.capturedAt ?? sentAt;
    const time = own === null ? now : own + (clock?.offset ?? 0);
    const ahead = !clock && time > now + FUTURE_TOLERANCE_MS;
    return { ...fix, index, time, ahead, datedByArrival: own === null };
  });
  if (!clock) return timed;
  // Fixes that claim to be newer than their sending: the newest of them is from now, and their order stays.
  const excess = Math.max(...timed.map(({ time }) => time)) - now;
  return timed.map((fix) => (fix.time > now ? { ...fix, time: fix.time - excess } : fix));
}

// --- one fix ---

interface Judged {
  readonly verdict: PointVerdict;
  readonly track: Track | null;
}

interface Context {
  readonly now: number;
  readonly newestTime: number | null;
  readonly state: RoadState;
  readonly settings: Settings;
}

function judgeOne(track: Track | null, fix: ReceivedFix, context: Context): Judged {
  const { now, state, settings, newestTime } = context;
  const unchanged = (verdict: PointVerdict): Judged => ({ verdict, track });
  const rejected = (rejection: PointRejection): Judged => unchanged({ status: 'REJECTED', rejection });

  if (fix.ahead) return rejected('FROM_THE_FUTURE');
  if (now - fix.time > OLDEST_MS) return rejected('TOO_OLD');
  if (state.startedAt - fix.time > BEFORE_START_TOLERANCE_MS) return rejected('BEFORE_START');
  if (fix.mocked && !settings.acceptMockedFixes) return rejected('MOCKED');
  if (distanceMeters(fix, state.home) > settings.maxDistanceKm * 1000)
    return rejected('IMPLAUSIBLE_DISTANCE');
  if (newestTime !== null && fix.time < newestTime) return unchanged({ status: 'LATE' });
  const sameTime = fix.time === newestTime;
  if (sameTime && !(track && replaces(track.shown, fix, settings))) {
    const isStored = track?.shown.latitude === fix.latitude && track.shown.longitude === fix.longitude;
    return unchanged({ status: 'DUPLICATE', ...(isStored && { isStored }) });
  }
  if (fix.accuracy !== null && fix.accuracy > settings.maxAccuracyMeters) return rejected('INACCURATE');
  if (!track) return { verdict: { status: 'ACCEPTED' }, track: begin(fix, now) };
  if (sameTime) return { verdict: { status: 'ACCEPTED' }, track: { ...track, shown: show(fix, now) } };

  const limitKmh = track.fast
    ? Math.max(settings.maxSpeedKmh, settings.sustainedMaxSpeedKmh)
    : settings.maxSpeedKmh;
  const speedKmh = provenSpeedKmh(track.shown, fix);
  if (speedKmh <= limitKmh) {
    return { verdict: { status: 'ACCEPTED' }, track: followed(track, fix, speedKmh, now) };
  }
  const run = track.run && fix.time <= track.run.last.time ? null : joined(track.run, fix, settings);
  if (run && takesOver(track, run, fix)) {
    return {
      verdict: { status: 'ACCEPTED', takeover: true },
      track: { ...begin(fix, now), fast: run.fast, overturned: overturnedBy(track, context) },
    };
  }
  return {
    verdict: { status: 'REJECTED', rejection: 'IMPLAUSIBLE_SPEED', speedKmh: Math.ceil(speedKmh), limitKmh },
    track: run ? { ...track, run } : track,
  };
}

/** Of two fixes with the same time the more accurate one stays, unless they can't be the same place seen twice. */
function replaces(shown: ShownFix, fix: ReceivedFix, { maxSpeedKmh }: Settings): boolean {
  if (accuracyOf(fix) >= accuracyOf(shown)) return false;
  const apart = distanceMeters(shown, fix);
  const drivenMeters = (maxSpeedKmh / 3600) * SAME_TIME_MS;
  const radii = (shown.accuracy ?? ACCURACY_CAP_METERS) + (fix.accuracy ?? ACCURACY_CAP_METERS);
  return apart > 0 && apart <= ACCURACY_RADII * radii + drivenMeters;
}

function show(fix: ReceivedFix, now: number): ShownFix {
  const { latitude, longitude, accuracy, heading, speed, time, datedByArrival } = fix;
  return {
    latitude,
    longitude,
    accuracy,
    heading,
    speed,
    time,
    datedByArrival,
    capturedAt: Math.min(time, now),
    receivedAt: now,
  };
}

const stillAt = ({ latitude, longitude, accuracy, time }: ReceivedFix): StillPlace => ({
  latitude,
  longitude,
  accuracy,
  since: time,
});

function begin(fix: ReceivedFix, now: number): Track {
  return {
    shown: show(fix, now),
    still: stillAt(fix),
    credit: 0,
    fast: false,
    run: null,
    overturned: null,
    expiresAt: 0,
  };
}

function followed(track: Track, fix: ReceivedFix, speedKmh: number, now: number): Track {
  const elapsed = fix.time - track.shown.time;
  const moved = sureMeters(track.still, fix) > STILL_RADIUS_METERS;
  const leftStill = distanceMeters(track.still, fix) > STILL_RADIUS_METERS;
  return {
    ...track,
    shown: show(fix, now),
    still: leftStill ? stillAt(fix) : track.still,
    credit: elapsed > CREDIT_GAP_MS ? 0 : earned(track.credit, elapsed, moved),
    fast: track.fast && speedKmh >= FAST_ENDS_BELOW_KMH,
    run: null,
  };
}

function earned(credit: number, elapsed: number, moved: boolean): number {
  const most = moved ? MAX_CREDIT_MS : MAX_STANDING_CREDIT_MS;
  return Math.max(credit, Math.min(most, credit + elapsed));
}

function joined(run: Run | null, fix: ReceivedFix, settings: Settings): Run {
  const { latitude, longitude, accuracy, speed, time, datedByArrival } = fix;
  const last: TimedFix = { latitude, longitude, accuracy, speed, time, datedByArrival };
  const joins = run && time - run.last.time <= RUN_GAP_MS;
  const stepKmh = joins ? provenSpeedKmh(run.last, last) : 0;
  if (!joins || stepKmh > Math.max(settings.maxSpeedKmh, settings.sustainedMaxSpeedKmh)) {
    return { first: last, last, count: 1, fast: false };
  }
  return {
    first: run.first,
    last,
    count: run.count + 1,
    fast: run.fast || stepKmh > settings.maxSpeedKmh,
  };
}

function takesOver(track: Track, run: Run, fix: ReceivedFix): boolean {
  if (run.count < (run.fast ? 3 : 2)) return false;
  const moves = (fix.speed ?? 0) >= MOVING_SPEED_MPS || sureMeters(run.first, fix) > STILL_RADIUS_METERS;
  const weight = moves ? 1 : STANDING_WEIGHT;
  const duration = run.last.time - run.first.time;
  const jump = Math.min(1, distanceMeters(track.shown, fix) / FULL_JUMP_METERS);
  const owed = Math.max(0, track.credit - (fix.time - track.shown.time)) * jump;
  return duration * weight >= Math.max(MIN_RUN_MS * weight, owed);
}

// --- arrivals after a takeover ---

export const MAX_UNCONFIRMED_MS = 300_000;

/** Until when an overturned place forbids the arrival. */
export function unconfirmedUntil(overturned: Overturned, home: GeoPoint, { maxSpeedKmh }: Settings): number {
  const reachMs = (distanceMeters(overturned, home) / maxSpeedKmh) * 3600;
  return overturned.at + Math.min(MAX_UNCONFIRMED_MS, Math.ceil(reachMs));
}

/** The place that was shown till now, or an older one that forbids the arrival for longer. */
function overturnedBy({ shown, overturned }: Track, { now, state, settings }: Context): Overturned {
  const newer = { latitude: shown.latitude, longitude: shown.longitude, at: now };
  const until = (place: Overturned): number => unconfirmedUntil(place, state.home, settings);
  return overturned && until(overturned) > until(newer) ? overturned : newer;
}
