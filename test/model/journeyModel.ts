import { distanceMeters } from '../../src/domain/geo';
import type { EndedState, JourneyState } from '../../src/domain/journey';
import { toLiveLocation, type LiveLocation } from '../../src/domain/liveLocation';
import type { Fix, PointVerdict } from '../../src/domain/location';
import type { Policy } from '../../src/domain/policy';
import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';
import { isStartable, type SessionStatus } from '../../src/domain/session';
import { judge, started, unconfirmedUntil, type RoadState } from '../road/judge';
import { HOME } from '../support/service';

export type Role = 'owner' | 'rival' | 'student' | 'outsider' | 'operator';

/** What a caller gets: success with its data, or an error code. */
export type Expected =
  | { readonly ok: true; readonly fields: object }
  | { readonly ok: false; readonly code: string; readonly fields?: object };

/** One session's newest journey. Copied with each step, never changed. */
export interface ModelSession {
  readonly status: SessionStatus;
  readonly state: JourneyState;
  /** What only the real service decides: '' until an answer has returned it. */
  readonly journeyId: string;
  readonly startedAt: number;
  readonly requestId: string | null;
  readonly version: number;
  readonly road: RoadState;
}

export const fresh: ModelSession = {
  status: 'CONFIRMED',
  state: 'NOT_STARTED',
  journeyId: '',
  startedAt: 0,
  requestId: null,
  version: 0,
  road: started(HOME, 0),
};

export type Act =
  | { readonly kind: 'start'; readonly requestId: string | null }
  | { readonly kind: 'update'; readonly points: readonly Fix[]; readonly batch: boolean }
  | { readonly kind: 'arrive'; readonly point: Fix | null }
  | { readonly kind: 'stop' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'poll' };

export interface Step {
  readonly answer: Expected;
  readonly next: ModelSession;
  /** What else may stand when the answer never came: the first of two steps alone. */
  readonly between?: ModelSession;
}

const ok = (fields: object): Expected => ({ ok: true, fields });
const refused = (code: string, fields?: object): Expected => ({ ok: false, code, fields });

/** What one act does to a session, and what its caller gets. `now` is the server's time. */
export function step(session: ModelSession, role: Role, act: Act, now: number, policy: Policy): Step {
  const answer = (expected: Expected, next = session): Step => ({ answer: expected, next });
  const outsider = answer(refused('SESSION_NOT_FOUND'));
  if (act.kind === 'poll') {
    return role === 'rival' || role === 'outsider' ? outsider : answer(ok(seen(session, now, policy)));
  }
  if (act.kind === 'refresh') {
    if (role === 'rival' || role === 'outsider') return outsider;
    if (role !== 'operator') return answer(refused('FORBIDDEN'));
    const cancels = session.status === 'CANCELLED' && session.state === 'EN_ROUTE';
    return answer(ok({ status: session.status }), cancels ? endedAs(session, 'CANCELLED') : session);
  }
  if (role === 'operator' || role === 'student') return answer(refused('FORBIDDEN'));
  if (role !== 'owner') return outsider;

  switch (act.kind) {
    case 'start':
      return start(session, act.requestId, answer);
    case 'update': {
      const refusal = refusalOf(session);
      if (refusal) return answer(refusal);
      const { verdicts, next } = take(session, act.points, now, policy);
      if (act.batch) return answer(ok({ version: next.version, results: verdicts.map(resultOf) }), next);
      return answer(single(verdicts[0]!) ?? ok({ version: next.version, status: verdicts[0]!.status }), next);
    }
    case 'arrive':
      return arrive(session, act.point, now, policy, answer);
    case 'stop':
      if (session.state === 'STOPPED') return answer(ok(journeyFields(session)));
      return refusalOf(session)
        ? answer(refusalOf(session)!)
        : answer(ok(journeyFields({ ...session, state: 'STOPPED' })), endedAs(session, 'STOPPED'));
  }
}

/** Whether a trainer's request fits its rate: the limiter's state after it, or the refusal. */
export function rated(
  arrivals: ArrivalTime,
  now: number,
  policy: Policy,
): { arrivals: ArrivalTime; refusal: Expected | null } {
  const decision = decideRate(arrivals, now, {
    intervalMs: policy.updateIntervalMs,
    toleranceMs: policy.updateJitterMs,
  });
  return decision.allowed
    ? { arrivals: decision.arrivalTime, refusal: null }
    : { arrivals, refusal: refused('RATE_LIMITED') };
}

type Answer = (expected: Expected, next?: ModelSession) => Step;

function start(session: ModelSession, requestId: string | null, answer: Answer): Step {
  const same = requestId !== null && requestId === session.requestId;
  if (session.state !== 'NOT_STARTED' && same) return answer(ok(journeyFields(session)));
  if (session.state === 'EN_ROUTE')
    return answer(refused('JOURNEY_ALREADY_STARTED', { journeyId: session.journeyId }));
  if (session.state === 'ARRIVED' || !isStartable(session.status))
    return answer(refused('SESSION_NOT_STARTABLE'));
  const begun: ModelSession = {
    ...fresh,
    status: session.status,
    state: 'EN_ROUTE',
    requestId,
    version: 1,
  };
  return answer(ok({ state: 'EN_ROUTE' }), begun);
}

function arrive(session: ModelSession, point: Fix | null, now: number, policy: Policy, answer: Answer): Step {
  if (session.state === 'ARRIVED') return answer(ok(journeyFields(session)));
  const refusal = refusalOf(session);
  if (refusal) return answer(refusal);
  let between = session;
  let isProven = false;
  if (point) {
    const { verdicts, next } = take(session, [point], now, policy);
    between = next;
    const rejection = single(verdicts[0]!);
    if (rejection) return { ...answer(rejection, between), between };
    const [verdict] = verdicts;
    isProven =
      verdict?.status === 'ACCEPTED' || (verdict?.status === 'DUPLICATE' && verdict.isStored === true);
  }
  const { track } = between.road;
  if (!track || (!isProven && now - track.shown.capturedAt > policy.signalDelayedMs)) {
    return { ...answer(refused('LOCATION_UNKNOWN'), between), between };
  }
  if (distanceMeters(track.shown, HOME) > policy.arrivalRadiusMeters) {
    return { ...answer(refused('ARRIVAL_TOO_FAR'), between), between };
  }
  if (track.overturned && unconfirmedUntil(track.overturned, HOME, policy) > now) {
    return { ...answer(refused('ARRIVAL_UNCONFIRMED'), between), between };
  }
  return {
    ...answer(ok(journeyFields({ ...session, state: 'ARRIVED' })), endedAs(between, 'ARRIVED')),
    between,
  };
}

function take(
  session: ModelSession,
  fixes: readonly Fix[],
  now: number,
  policy: Policy,
): { verdicts: PointVerdict[]; next: ModelSession } {
  const { startedAt, version } = session;
  const before = { ...session.road, startedAt, version };
  const { state: road, verdicts } = judge(before, { fixes, sentAt: null, deviceId: null }, now, policy);
  return { verdicts, next: { ...session, road, version: road.version } };
}

const resultOf = (verdict: PointVerdict, index: number) => ({
  index,
  status: verdict.status,
  rejection: verdict.status === 'REJECTED' ? verdict.rejection : null,
});

const single = (verdict: PointVerdict): Expected | null =>
  verdict.status === 'REJECTED' ? refused('LOCATION_IMPLAUSIBLE', { rejection: verdict.rejection }) : null;

function refusalOf({ state }: ModelSession): Expected | null {
  if (state === 'EN_ROUTE') return null;
  return state === 'NOT_STARTED' ? refused('JOURNEY_NOT_ACTIVE') : refused('JOURNEY_ENDED', { state });
}

export const endedAs = (session: ModelSession, state: EndedState): ModelSession => ({
  ...session,
  state,
  version: session.version + 1,
  road: started(HOME, 0),
});

const journeyFields = ({ journeyId, state }: ModelSession) => ({
  ...(journeyId && { id: journeyId }),
  state,
});

/** The poll, by the domain's own description of a snapshot. */
function seen(session: ModelSession, now: number, policy: Policy): object {
  const { state, journeyId, version, startedAt } = session;
  const newest = session.road.track?.shown ?? null;
  const fields = { state, isActive: state === 'EN_ROUTE', version, ...(journeyId && { journeyId }) };
  if (state !== 'EN_ROUTE') return { ...fields, location: null, signal: null };
  const { signal, distanceMeters: distance }: LiveLocation = toLiveLocation(
    {
      sessionId: '',
      view: {
        kind: 'ACTIVE',
        now,
        home: HOME,
        cached: null,
        stage: 'ON_THE_WAY',
        eta: null,
        correctedAt: null,
        origin: [],
        trail: [],
        alerts: [],
        trackingProblem: null,
        fix: newest,
        journey: {
          state: 'EN_ROUTE',
          id: journeyId,
          sessionId: '',
          trainerId: '',
          studentId: '',
          startedAt,
          expiresAt: startedAt + policy.journeyTtlMs,
          version,
        },
      },
      seesWholeWay: true,
    },
    policy,
  );
  const location = newest && {
    latitude: newest.latitude,
    longitude: newest.longitude,
    accuracy: newest.accuracy,
  };
  return { ...fields, signal, distanceMeters: distance, location };
}
