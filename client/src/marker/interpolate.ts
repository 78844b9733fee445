// Each function carries the 'worklet' directive, so that React Native Reanimated can run it on the UI thread.

/** Where a marker stands. Degrees, WGS 84; heading clockwise from north. */
export interface MarkerPlace {
  latitude: number;
  longitude: number;
  heading?: number | null;
}

/** One stretch of a marker's way. Plain data: keep it in a state or a ref. */
export interface MarkerMotion {
  from: MarkerPlace;
  to: MarkerPlace;
  startMs: number;
  endMs: number;
  /** Speed at the start, in degrees per millisecond. */
  startSpeed: { latitude: number; longitude: number };
  /** The stretch after this one, on a way along several places. */
  next: MarkerMotion | null;
}

export interface MotionOptions {
  /** How long the marker takes to a new fix: the time until the next one is expected. Default 5000, a poll's interval. */
  durationMs?: number;
  /** A longer way than this is jumped: after a gap, a glide through houses would be a lie. Default 2000. */
  jumpMeters?: number;
  /** The way to the new fix, oldest first, where it is known: the points that the trail gained since the last fix. */
  via?: readonly MarkerPlace[];
}

const metersPerDegree = 111_195;

/** The short way round, in −180 to 180 degrees. */
function turn(from: number, to: number): number {
  'worklet';
  return ((((to - from) % 360) + 540) % 360) - 180;
}

function wrapLongitude(longitude: number): number {
  'worklet';
  return turn(0, longitude);
}

function clamp(value: number, one: number, other: number): number {
  'worklet';
  return Math.min(Math.max(value, Math.min(one, other)), Math.max(one, other));
}

function metersBetween(from: MarkerPlace, to: MarkerPlace): number {
  'worklet';
  const meanLatitude = ((from.latitude + to.latitude) / 2) * (Math.PI / 180);
  const east = turn(from.longitude, to.longitude) * Math.cos(meanLatitude);
  return Math.hypot(to.latitude - from.latitude, east) * metersPerDegree;
}

const rest = { latitude: 0, longitude: 0 };

function standing(place: MarkerPlace, atMs: number): MarkerMotion {
  'worklet';
  return { from: place, to: place, startMs: atMs, endMs: atMs, startSpeed: rest, next: null };
}

/**
 * A cubic from 0 to `way` that starts at `startSlope` and ends at the mean slope. Slopes between 0 and three times the
 * mean keep it monotone (Fritsch and Carlson 1980), which is what forbids an overshoot; so the start's is held there.
 */
function along(way: number, startSlope: number, t: number): { value: number; slope: number } {
  'worklet';
  const slope = clamp(startSlope, 0, 3 * way);
  const bend = slope - way;
  return {
    value: slope * t - 2 * bend * t ** 2 + bend * t ** 3,
    slope: slope - 4 * bend * t + 3 * bend * t ** 2,
  };
}

function progress({ from, to, startMs, endMs, startSpeed }: MarkerMotion, nowMs: number) {
  'worklet';
  const durationMs = endMs - startMs;
  const t = clamp((nowMs - startMs) / durationMs, 0, 1);
  return {
    t,
    durationMs,
    latitude: along(to.latitude - from.latitude, startSpeed.latitude * durationMs, t),
    longitude: along(turn(from.longitude, to.longitude), startSpeed.longitude * durationMs, t),
  };
}

function headingBetween(from: MarkerPlace, to: MarkerPlace, t: number): number | null {
  'worklet';
  const start = from.heading ?? to.heading ?? null;
  const end = to.heading ?? from.heading ?? null;
  if (start === null || end === null) return null;
  return (start + turn(start, end) * t + 360) % 360;
}

function stretchAt(motion: MarkerMotion, nowMs: number): MarkerMotion {
  'worklet';
  let stretch = motion;
  while (stretch.next && nowMs >= stretch.endMs) stretch = stretch.next;
  return stretch;
}

/** Where the marker stands at `nowMs`: on its way, never beyond either end of it, and at its end from `endMs` on. */
const interpolate = (motion: MarkerMotion, nowMs: number): MarkerPlace => {
  'worklet';
  const stretch = stretchAt(motion, nowMs);
  const { from, to, startMs, endMs } = stretch;
  if (nowMs >= endMs) return { ...to, heading: headingBetween(from, to, 1) };
  if (nowMs <= startMs) return { ...from, heading: headingBetween(from, to, 0) };
  const { t, latitude, longitude } = progress(stretch, nowMs);
  return {
    latitude: clamp(from.latitude + latitude.value, from.latitude, to.latitude),
    longitude: wrapLongitude(from.longitude + longitude.value),
    heading: headingBetween(from, to, t),
  };
};

/** What the marker has still to pass before its end. */
const placesAhead = (motion: MarkerMotion, nowMs: number): MarkerPlace[] => {
  'worklet';
  const places: MarkerPlace[] = [];
  for (let stretch = stretchAt(motion, nowMs); stretch.next; stretch = stretch.next) places.push(stretch.to);
  return places;
};

function speedAt(motion: MarkerMotion, nowMs: number): MarkerMotion['startSpeed'] {
  'worklet';
  const stretch = stretchAt(motion, nowMs);
  if (nowMs >= stretch.endMs || nowMs < stretch.startMs) return rest;
  const { latitude, longitude, durationMs } = progress(stretch, nowMs);
  return { latitude: latitude.slope / durationMs, longitude: longitude.slope / durationMs };
}

function bearing(from: MarkerPlace, to: MarkerPlace): number {
  'worklet';
  const meanLatitude = ((from.latitude + to.latitude) / 2) * (Math.PI / 180);
  const east = turn(from.longitude, to.longitude) * Math.cos(meanLatitude);
  return ((Math.atan2(east, to.latitude - from.latitude) * 180) / Math.PI + 360) % 360;
}

/**
 * Sends the marker to a new fix, from where it is shown at `nowMs` and at the speed that it has there, so that it
 * neither jumps nor halts when a fix comes early or late. A fix without heading keeps the marker's. With `via` it goes
 * along these places, and first along those that it had still to pass.
 */
const moveMarker = (
  motion: MarkerMotion | null,
  to: MarkerPlace,
  nowMs: number,
  { durationMs = 5000, jumpMeters = 2000, via = [] }: MotionOptions = {},
): MarkerMotion => {
  'worklet';
  if (!motion) return standing(to, nowMs);
  const from = interpolate(motion, nowMs);
  const target = {
    latitude: to.latitude,
    longitude: to.longitude,
    heading: to.heading ?? from.heading ?? null,
  };
  const ahead = placesAhead(motion, nowMs);
  const places = [...ahead, ...via];
  if (places.length > 0) places.splice(ahead.length, 0, interpolate(motion, Infinity));
  const stops: MarkerPlace[] = [];
  const lengths: number[] = [];
  let totalMeters = 0;
  let longestMeters = 0;
  for (const place of [...places, target]) {
    const meters = metersBetween(stops[stops.length - 1] ?? from, place);
    // A stretch without a length has no direction. The newest point of a trail is the fix itself, which then counts.
    if (meters === 0 && stops.length > 0) stops.pop();
    else if (meters > 0 || place === target) lengths.push(meters);
    else continue;
    stops.push(place);
    totalMeters += meters;
    longestMeters = Math.max(longestMeters, meters);
  }
  if (durationMs <= 0 || longestMeters > jumpMeters) return standing(target, nowMs);

  let next: MarkerMotion | null = null;
  let endMs = nowMs + durationMs;
  for (let index = stops.length - 1; index > 0; index -= 1) {
    const [start, end] = [stops[index - 1]!, stops[index]!];
    const lastedMs: number = totalMeters === 0 ? 0 : (durationMs * lengths[index]!) / totalMeters;
    next = {
      from: { ...start, heading: bearing(start, end) },
      // It turns into the next stretch on this one.
      to: { ...end, heading: next ? next.from.heading : target.heading },
      startMs: endMs - lastedMs,
      endMs,
      startSpeed: {
        latitude: (end.latitude - start.latitude) / lastedMs,
        longitude: turn(start.longitude, end.longitude) / lastedMs,
      },
      next,
    };
    endMs -= lastedMs;
  }
  return {
    from,
    to: next ? { ...stops[0]!, heading: next.from.heading } : target,
    startMs: nowMs,
    endMs,
    startSpeed: speedAt(motion, nowMs),
    next,
  };
};

// Constants, not function declarations: CommonJS exports those before the plugin for worklets has made constants of them.
export { interpolate, moveMarker, placesAhead };
