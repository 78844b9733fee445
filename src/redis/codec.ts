import type { AlertChange, AlertStatus, JourneyAlert, TrackingProblem } from '../domain/alert';
import type { PointRejection } from '../domain/errors';
import {
  countsOf,
  withSummary,
  type EndedJourney,
  type EnRouteJourney,
  type Journey,
} from '../domain/journey';
import type { Fix, PointVerdict } from '../domain/location';
import type { Policy } from '../domain/policy';
import type { Refusal, UpdateCommand, UpdateOutcome } from '../domain/ports';
import type { Session } from '../domain/session';
import type { CachedSession, SessionSnapshot } from '../domain/snapshot';
import type { JourneyStage } from '../domain/stage';
import type { TrailPoint } from '../domain/trail';
import type { Participants } from '../domain/viewer';
import {
  records,
  type ActiveJourneyRecord,
  type ActiveViewRecord,
  type EndedJourneyRecord,
  type Reply,
} from './records';

type AppliedUpdate = Extract<UpdateOutcome, { kind: 'APPLIED' }>;

const { activeJourney, activeView, appliedUpdate, endedJourney, fix, lastJourney, location, sessionMeta } =
  records;

/** Field by field: of a poll's cost, a copy of the rest of the fields would be a measurable part. */
const toActive = (
  sessionId: string,
  { id, trainerId, studentId, startedAt, expiresAt, version }: ActiveJourneyRecord,
): EnRouteJourney => ({
  id,
  sessionId,
  trainerId,
  studentId,
  startedAt,
  expiresAt,
  version,
  state: 'EN_ROUTE',
});

const toEnded = (
  sessionId: string,
  { drivenMeters, signalLostSeconds, rejectedFixes, lateSeconds, ...journey }: EndedJourneyRecord,
): EndedJourney =>
  withSummary({ ...journey, sessionId }, { drivenMeters, signalLostSeconds, rejectedFixes, lateSeconds });

/** An `activeJourney` record, which the script's return code says is there. */
export const decodeActive = (sessionId: string, values: Reply): EnRouteJourney =>
  toActive(sessionId, activeJourney.decode(values)!);

/** An `endedJourney` record, which the script's return code says is there. */
export const decodeEnded = (sessionId: string, values: Reply): EndedJourney =>
  toEnded(sessionId, endedJourney.decode(values)!);

/** The reply of activeJourneys.lua; `count` is how many deadlines the partition has. */
export function decodeActiveJourneys(reply: string): { journeys: EnRouteJourney[]; count: number } {
  const values: Reply = reply.split('\0');
  const journeys: EnRouteJourney[] = [];
  for (let from = 1; from < values.length; from += 1 + activeJourney.count) {
    journeys.push(toActive(String(values[from]), activeJourney.decode(values, from + 1)!));
  }
  return { journeys, count: Number(values[0]) };
}

/** The reply of readSnapshot.lua. */
export function decodeSnapshot(sessionId: string, reply: string, withTrail = false): SessionSnapshot {
  const values: Reply = reply.split('\0');
  const now = Number(values[1]);
  let from = 2;
  if (values[0] === '1') {
    const active = activeView.decode(values, from)!;
    from += activeView.count;
    const fix = location.decode(values, from);
    from += location.count;
    const trail = withTrail ? decodeTrail(String(values[from]), active.startedAt) : NO_TRAIL;
    if (withTrail) from += 1;
    return {
      kind: 'ACTIVE',
      now,
      journey: toActive(sessionId, active),
      home: { latitude: active.homeLatitude, longitude: active.homeLongitude },
      fix,
      stage: active.stage,
      eta: active.eta,
      alerts: active.alerts,
      trackingProblem: decodeProblem(active),
      correctedAt: active.correctedAt,
      origin: active.origin,
      trail,
      cached: decodeCached(sessionId, values, from),
    };
  }
  const ended = endedJourney.decode(values, from);
  const noShowAt = values[from + endedJourney.count];
  return {
    kind: 'INACTIVE',
    now,
    ended: ended && toEnded(sessionId, ended),
    noShowAt: noShowAt === '' ? null : Number(noShowAt),
    cached: decodeCached(sessionId, values, from + endedJourney.count + 1),
  };
}

const NO_TRAIL: readonly TrailPoint[] = [];

/** The points of readSnapshot.lua, which come newest first. */
function decodeTrail(text: string, startedAt: number): TrailPoint[] {
  if (text === '') return [];
  const numbers = text.split(' ').map(Number);
  const points: TrailPoint[] = [];
  for (let at = numbers.length - 4; at >= 0; at -= 4) {
    points.push({
      version: numbers[at]!,
      latitude: numbers[at + 1]! / 1e7,
      longitude: numbers[at + 2]! / 1e7,
      capturedAt: startedAt + numbers[at + 3]!,
    });
  }
  return points;
}

/** An accepted fix raises the version, and with that a problem is over. */
function decodeProblem({ trackingProblem, version }: ActiveViewRecord): TrackingProblem | null {
  if (trackingProblem === '') return null;
  const [problem, since] = trackingProblem.split(' ');
  return Number(since) === version ? (problem as TrackingProblem) : null;
}

/** A `sessionMeta` and a `lastJourney` record, from `from` on. */
function decodeCached(sessionId: string, values: Reply, from: number): CachedSession | null {
  const meta = sessionMeta.decode(values, from);
  if (!meta) return null;
  const { checkedAt, trainerId, studentId, status, scheduledAt } = meta;
  const home = { latitude: meta.homeLatitude, longitude: meta.homeLongitude };
  return {
    session: trainerId === '' ? null : { id: sessionId, trainerId, studentId, status, scheduledAt, home },
    lastJourney: decodeLast(sessionId, values, from + sessionMeta.count),
    checkedAt,
  };
}

function decodeLast(sessionId: string, values: Reply, from: number): Journey | null {
  const last = lastJourney.decode(values, from);
  if (!last) return null;
  const { state, endedAt, ...record } = last;
  if (state !== 'EN_ROUTE') return toEnded(sessionId, { ...record, state, endedAt: endedAt! });
  const { id, trainerId, studentId, startedAt, expiresAt, version } = record;
  return { id, sessionId, trainerId, studentId, startedAt, expiresAt, version, state };
}

/** The changes in the reply of alerts.lua. */
export function decodeAlertChanges(values: Reply): AlertChange[] {
  const changes: AlertChange[] = [];
  for (let at = 0; at < values.length; at += 3) {
    changes.push({
      sessionId: String(values[at]),
      alert: values[at + 1] as JourneyAlert,
      status: values[at + 2] as AlertStatus,
    });
  }
  return changes;
}

/** A session as scripts take it, which set `checkedAt` themselves. */
export const encodeSession = ({ home, ...session }: Session): string[] =>
  sessionMeta.encode({
    ...session,
    checkedAt: 0,
    homeLatitude: home.latitude,
    homeLongitude: home.longitude,
  });

export const encodeLastJourney = (journey: Journey): string[] =>
  lastJourney.encode({
    ...journey,
    ...countsOf(journey),
    endedAt: journey.state === 'EN_ROUTE' ? null : journey.endedAt,
  });

/** What update.lua needs to know beside the request. */
export interface UpdateOptions {
  readonly policy: Policy;
  readonly eventsOn: boolean;
  /** Most entries of one partition's outbox stream; beyond it the oldest go. */
  readonly outboxMaxLength: number;
}

type UpdateArguments = Omit<UpdateCommand, 'sessionId' | 'points'> & {
  readonly points: readonly Fix[] | null;
};

/** The arguments of update.lua that are the same in each call: what the service is set to. */
export const encodeUpdateOptions = ({
  policy,
  eventsOn,
  outboxMaxLength,
}: UpdateOptions): (string | number)[] => [
  policy.locationTtlMs,
  policy.maxSpeedKmh,
  policy.sustainedMaxSpeedKmh,
  policy.maxAccuracyMeters,
  policy.maxDistanceKm * 1000,
  policy.acceptMockedFixes ? 1 : 0,
  policy.updateIntervalMs - policy.updateJitterMs,
  policy.stageApproachingSeconds * 1000,
  policy.stageNearbyMeters,
  policy.stageDoorMeters,
  eventsOn ? outboxMaxLength : '',
  policy.signalLiveMs,
  policy.alertSignalLostMs,
  policy.hideStartMeters > 0 ? 1 : 0,
];

/**
 * The arguments of update.lua after its deadline; `options` are those of encodeUpdateOptions. Without points it only checks
 * whether the journey is active.
 */
export function encodeUpdate<T>(
  { trainerId, points, sentAt, deviceId, isContested }: UpdateArguments,
  options: readonly T[],
): (string | number | T)[] {
  const mode = isContested ? 2 : points ? 1 : 0;
  const args = [trainerId, mode, sentAt ?? '', deviceId ?? '', ...options];
  for (const point of points ?? []) fix.encodeTo(args, point);
  return args;
}

/** What update.lua returns with APPLIED, from `from` on. */
export function decodeApplied(values: Reply, from = 0): AppliedUpdate {
  const applied = appliedUpdate.decode(values, from)!;
  const verdicts: PointVerdict[] = [];
  for (let at = from + appliedUpdate.count; at < values.length; at += 1)
    verdicts.push(decodeVerdict(String(values[at])));
  const { version, homeLatitude, homeLongitude, latitude, longitude, capturedAt, stillSince } = applied;
  return {
    kind: 'APPLIED',
    version,
    home: { latitude: homeLatitude, longitude: homeLongitude },
    newest:
      latitude === null
        ? null
        : { latitude, longitude: longitude!, capturedAt: capturedAt!, stillSince: stillSince! },
    unconfirmedMs: applied.unconfirmedMs,
    clockReset: applied.clockReset !== '',
    stage: applied.stage === '' ? null : (applied.stage as JourneyStage),
    verdicts,
  };
}

/** A point's status as update.lua writes it. */
function decodeVerdict(status: string): PointVerdict {
  if (status === 'ACCEPTED' || status === 'DUPLICATE' || status === 'LATE') return { status };
  if (status === 'ACCEPTED:TAKEOVER') return { status: 'ACCEPTED', takeover: true };
  if (status === 'DUPLICATE:STORED') return { status: 'DUPLICATE', isStored: true };
  const [rejection, speed, limit] = status.split(':');
  return {
    status: 'REJECTED',
    rejection: rejection as PointRejection,
    ...(speed !== undefined && { speedKmh: Number(speed), limitKmh: Number(limit) }),
  };
}

/** The codes that update.lua and end.lua share for a trainer who has no active journey here; null for any other code. */
export function decodeRefusal(sessionId: string, code: string, values: Reply): Refusal | null {
  switch (code) {
    case 'ENDED':
      return { kind: code, journey: decodeEnded(sessionId, values) };
    case 'OTHER_DEVICE':
      return { kind: code, since: Number(values[0]) };
    case 'NOT_OWNER':
      return { kind: code, participants: toParticipants(values) };
    case 'NOT_ACTIVE':
      return { kind: code, participants: values[0] == null ? null : toParticipants(values) };
    default:
      return null;
  }
}

const toParticipants = ([trainerId, studentId]: Reply): Participants => ({
  trainerId: String(trainerId),
  studentId: String(studentId),
});
