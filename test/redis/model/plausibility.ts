import { distanceMeters, type GeoPoint } from '../../../src/domain/geo';
import type { Fix, PointVerdict } from '../../../src/domain/location';
import type { Policy } from '../../../src/domain/policy';

/** A capturedAt this far ahead of the server is a clock's jitter, and taken as now. */
export const FUTURE_TOLERANCE_MS = 5000;
/** Older than this a fix tells nothing of the journey. */
export const OLDEST_MS = 2 * 3600_000;
/** A phone takes the fix that it starts with a moment before the start. */
export const BEFORE_START_TOLERANCE_MS = 5000;
/** Of a fix's accuracy no more than this counts in its favour. */
export const ACCURACY_CAP_METERS = 100;
/** Within this radius a phone stands still: GPS wanders by metres. */
export const STILL_RADIUS_METERS = 25;

export interface ReferenceFix extends GeoPoint {
  readonly accuracy: number | null;
  readonly capturedAt: number;
}

export interface JudgedPoint {
  readonly verdict: PointVerdict;
  /** Corrected for the phone's clock. */
  readonly capturedAt: number;
}

/** capturedAt by the server's clock, and whether it lies further ahead than a clock's jitter. */
export function correctCapturedAt(
  capturedAt: number | null,
  sentAt: number | null,
  now: number,
): { capturedAt: number; ahead: boolean } {
  if (capturedAt === null) return { capturedAt: now, ahead: false };
  if (sentAt !== null) return { capturedAt: now - Math.max(0, sentAt - capturedAt), ahead: false };
  if (capturedAt <= now) return { capturedAt, ahead: false };
  const ahead = capturedAt > now + FUTURE_TOLERANCE_MS;
  return { capturedAt: ahead ? capturedAt : now, ahead };
}

/** Speed that two fixes prove at least, km/h: over the distance less both accuracies. */
export function provenSpeedKmh(from: ReferenceFix, to: ReferenceFix): number {
  const blur = (fix: ReferenceFix): number => Math.min(fix.accuracy ?? 0, ACCURACY_CAP_METERS);
  const sureMeters = Math.max(0, distanceMeters(from, to) - blur(from) - blur(to));
  return (sureMeters / (to.capturedAt - from.capturedAt)) * 3600;
}

function judge(
  point: ReferenceFix & { ahead: boolean },
  newest: ReferenceFix | null,
  { now, startedAt }: { now: number; startedAt: number },
  policy: Pick<Policy, 'maxSpeedKmh' | 'maxAccuracyMeters'>,
): PointVerdict {
  if (point.ahead) return { status: 'REJECTED', rejection: 'FROM_THE_FUTURE' };
  if (now - point.capturedAt > OLDEST_MS) return { status: 'REJECTED', rejection: 'TOO_OLD' };
  if (startedAt - point.capturedAt > BEFORE_START_TOLERANCE_MS)
    return { status: 'REJECTED', rejection: 'BEFORE_START' };
  if (newest && point.capturedAt === newest.capturedAt) return { status: 'DUPLICATE' };
  if (newest && point.capturedAt < newest.capturedAt) return { status: 'LATE' };
  if (point.accuracy !== null && point.accuracy > policy.maxAccuracyMeters) {
    return { status: 'REJECTED', rejection: 'INACCURATE' };
  }
  const speedKmh = newest ? provenSpeedKmh(newest, point) : 0;
  if (speedKmh > policy.maxSpeedKmh) {
    return { status: 'REJECTED', rejection: 'IMPLAUSIBLE_SPEED', speedKmh: Math.ceil(speedKmh) };
  }
  return { status: 'ACCEPTED' };
}

/**
 * Judges a request's points in the order of capturedAt, each against the last accepted one before it; answers
 * in the order sent. This is the executable model of what `update.lua` does in its atomic step;
 * rules.spec.ts holds the two together.
 */
export function judgePoints(
  points: readonly Fix[],
  stored: ReferenceFix | null,
  request: { readonly now: number; readonly startedAt: number; readonly sentAt: number | null },
  policy: Pick<Policy, 'maxSpeedKmh' | 'maxAccuracyMeters'>,
): readonly JudgedPoint[] {
  const judged: JudgedPoint[] = [];
  let newest = stored;
  points
    .map((point, index) => ({
      ...point,
      ...correctCapturedAt(point.capturedAt, request.sentAt, request.now),
      index,
    }))
    .sort((a, b) => a.capturedAt - b.capturedAt || a.index - b.index)
    .forEach((point) => {
      const verdict = judge(point, newest, request, policy);
      judged[point.index] = { verdict, capturedAt: point.capturedAt };
      if (verdict.status === 'ACCEPTED') newest = point;
    });
  return judged;
}
