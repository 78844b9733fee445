import type { PointRejection } from '../domain/errors';
import type { EndedJourney, EndedState, EnRouteJourney, Journey } from '../domain/journey';
import type { PointVerdict, StoredFix } from '../domain/location';
import type { CachedSession, SessionSnapshot, SessionRecord } from '../domain/ports';
import type { SessionStatus } from '../domain/session';

/** What a script's reply holds: Lua's text, whole numbers, and nil; in a text of many values an empty one is nil. */
export type Reply = readonly (string | number | null)[];

const isAbsent = (reply: Reply, at: number): boolean => reply[at] == null || reply[at] === '';

const text = (reply: Reply, at: number): string => String(reply[at]);
const number = (reply: Reply, at: number): number => Number(reply[at]);
const numberOrNull = (reply: Reply, at: number): number | null =>
  isAbsent(reply, at) ? null : Number(reply[at]);

/** The fields that all kinds of journey begin with, in the order of include/journey.lua and include/session.lua. */
const facts = (sessionId: string, reply: Reply, at: number) => ({
  id: text(reply, at),
  sessionId,
  trainerId: text(reply, at + 1),
  studentId: text(reply, at + 2),
  startedAt: number(reply, at + 3),
  expiresAt: number(reply, at + 4),
  version: number(reply, at + 5),
});

/** JOURNEY_FIELDS of include/journey.lua, from `at` on. */
export const decodeEnRoute = (sessionId: string, reply: Reply, at: number): EnRouteJourney => ({
  ...facts(sessionId, reply, at),
  state: 'EN_ROUTE',
});

/** ENDED_FIELDS of include/journey.lua, from `at` on. */
export const decodeEnded = (sessionId: string, reply: Reply, at: number): EndedJourney => ({
  ...facts(sessionId, reply, at),
  state: text(reply, at + 6) as EndedState,
  endedAt: number(reply, at + 7),
});

/** The fields of a fix as readSnapshot.lua reads them, from `at` on. */
const decodeFix = (reply: Reply, at: number): StoredFix => ({
  latitude: number(reply, at),
  longitude: number(reply, at + 1),
  accuracy: numberOrNull(reply, at + 2),
  heading: numberOrNull(reply, at + 3),
  speed: numberOrNull(reply, at + 4),
  capturedAt: number(reply, at + 5),
  receivedAt: number(reply, at + 6),
});

/** SESSION_FIELDS of readSnapshot.lua, from `at` on. */
function decodeCached(sessionId: string, reply: Reply, at: number): CachedSession {
  const checkedAt = number(reply, at);
  const lastJourney = decodeLast(sessionId, reply, at + 7);
  if (isAbsent(reply, at + 1)) return { session: null, lastJourney, checkedAt };
  const session = {
    id: sessionId,
    trainerId: text(reply, at + 1),
    studentId: text(reply, at + 2),
    status: text(reply, at + 3) as SessionStatus,
    scheduledAt: number(reply, at + 4),
    home: { latitude: number(reply, at + 5), longitude: number(reply, at + 6) },
  };
  return { session, lastJourney, checkedAt };
}

/** LAST_FIELDS of include/session.lua, from `at` on. */
function decodeLast(sessionId: string, reply: Reply, at: number): Journey | null {
  if (isAbsent(reply, at)) return null;
  const last = facts(sessionId, reply, at);
  return reply[at + 6] === 'EN_ROUTE'
    ? { ...last, state: 'EN_ROUTE' }
    : { ...last, state: text(reply, at + 6) as EndedState, endedAt: number(reply, at + 7) };
}

/** The reply of readSnapshot.lua. */
export function decodeSnapshot(sessionId: string, told: string): SessionSnapshot {
  const reply: Reply = told.split('\0');
  const now = number(reply, 1);
  if (reply[0] === '1') {
    return {
      kind: 'ACTIVE',
      now,
      journey: decodeEnRoute(sessionId, reply, 2),
      home: { latitude: number(reply, 8), longitude: number(reply, 9) },
      fix: isAbsent(reply, 10) ? null : decodeFix(reply, 10),
      cached: isAbsent(reply, 17) ? null : decodeCached(sessionId, reply, 17),
    };
  }
  return {
    kind: 'INACTIVE',
    now,
    ended: isAbsent(reply, 2) ? null : decodeEnded(sessionId, reply, 2),
    cached: isAbsent(reply, 10) ? null : decodeCached(sessionId, reply, 10),
  };
}

/** The fields of `session:meta`, as cacheSession.lua takes them. */
export function encodeSession({ session, lastJourney }: SessionRecord): (string | number)[] {
  const fields: (string | number)[] = ['trainerId', session.trainerId, 'studentId', session.studentId];
  fields.push('status', session.status, 'scheduledAt', session.scheduledAt);
  fields.push('homeLatitude', session.home.latitude, 'homeLongitude', session.home.longitude);
  if (lastJourney) {
    fields.push('lastId', lastJourney.id, 'lastTrainerId', lastJourney.trainerId);
    fields.push('lastStudentId', lastJourney.studentId);
    fields.push('lastStartedAt', lastJourney.startedAt, 'lastExpiresAt', lastJourney.expiresAt);
    fields.push('lastVersion', lastJourney.version, 'lastState', lastJourney.state);
    if (lastJourney.state !== 'EN_ROUTE') fields.push('lastEndedAt', lastJourney.endedAt);
  }
  return fields;
}

/** A point's status as update.lua writes it. */
export function decodeVerdict(status: string): PointVerdict {
  if (status === 'ACCEPTED' || status === 'DUPLICATE' || status === 'LATE') return { status };
  const [rejection, speed] = status.split(':');
  return {
    status: 'REJECTED',
    rejection: rejection as PointRejection,
    ...(speed !== undefined && { speedKmh: Number(speed) }),
  };
}
