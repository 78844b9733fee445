import type { JourneyAlert, TrackingProblem } from './alert';
import { etaAt, type Eta } from './eta';
import { distanceMeters } from './geo';
import type { EndedJourney, Journey, JourneyState } from './journey';
import type { StoredFix } from './location';
import { pollWhileActive, pollWhileInactive } from './intervals';
import type { Policy } from './policy';
import type { SessionSnapshot } from './ports';
import type { Session } from './session';
import { signalAt, type Signal } from './signal';
import type { JourneyStage } from './stage';
import type { TrailPoint } from './trail';

/** What a student's screen shows of one session, at one moment. */
export interface LiveLocation {
  readonly sessionId: string;
  readonly journeyId: string | null;
  readonly trainerId: string;
  readonly state: JourneyState;
  readonly isActive: boolean;
  readonly version: number;
  readonly location: StoredFix | null;
  readonly signal: Signal | null;
  readonly distanceMeters: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly pollAfterMs: number | null;
  readonly stage: JourneyStage | null;
  readonly eta: Eta | null;
  readonly alerts: readonly JourneyAlert[];
  readonly trackingProblem: TrackingProblem | null;
  /** Ascending by version. */
  readonly trail: readonly TrailPoint[];
}

/** A session without an active journey, completed from the cache or the database. */
export interface InactiveSession {
  readonly kind: 'INACTIVE';
  readonly now: number;
  /** null when only its ended journey is known: the database is away, or has deleted the session. */
  readonly session: Session | null;
  readonly databaseAway: boolean;
  /** The newest journey that the viewer may read. */
  readonly last: EndedJourney | null;
  /** The viewer took part in `last`, and the session is somebody else's now. */
  readonly isFormer?: true;
}

export type SessionView = Extract<SessionSnapshot, { kind: 'ACTIVE' }> | InactiveSession;

/**
 * How a journey ended that is not active in the live store any more. One past its deadline has expired, whether or not
 * the watchdog has ended it yet. One within its deadline that the live store has lost is not known any more.
 */
export function settle(journey: Journey | null, now: number): EndedJourney | null {
  if (!journey || journey.state !== 'EN_ROUTE') return journey;
  if (journey.expiresAt > now) return null;
  return { ...journey, state: 'EXPIRED', endedAt: journey.expiresAt, version: journey.version + 1 };
}

const NO_ALERTS: readonly JourneyAlert[] = [];
const NO_TRAIL: readonly TrailPoint[] = [];

export function describe(sessionId: string, view: SessionView, policy: Policy): LiveLocation {
  if (view.kind === 'INACTIVE') return describeInactive(sessionId, view, policy);
  const { journey, home, fix, eta, now } = view;
  const distance = fix && Math.round(distanceMeters(fix, home));
  const ageMs = fix ? now - fix.capturedAt : 0;
  // A version above 1 without a fix: there was one, and it has expired.
  const signal = fix ? signalAt(ageMs, policy) : journey.version > 1 ? 'LOST' : null;
  return {
    sessionId,
    journeyId: journey.id,
    trainerId: journey.trainerId,
    state: 'EN_ROUTE',
    isActive: true,
    version: journey.version,
    location: fix,
    signal,
    distanceMeters: distance,
    startedAt: journey.startedAt,
    endedAt: null,
    pollAfterMs: pollWhileActive(signal, distance, policy),
    stage: view.stage,
    eta: fix && eta && etaAt(eta, now, signal === 'LOST' ? ageMs : 0),
    alerts: view.alerts,
    trackingProblem: view.trackingProblem,
    trail: NO_TRAIL,
  };
}

function describeInactive(
  sessionId: string,
  { now, session, last, isFormer }: InactiveSession,
  policy: Policy,
): LiveLocation {
  const state = last?.state ?? 'NOT_STARTED';
  return {
    sessionId,
    journeyId: last?.id ?? null,
    trainerId: session?.trainerId ?? last?.trainerId ?? '',
    state,
    isActive: false,
    version: last?.version ?? 0,
    location: null,
    signal: null,
    distanceMeters: null,
    startedAt: last?.startedAt ?? null,
    endedAt: last?.endedAt ?? null,
    pollAfterMs: isFormer ? null : pollWhileInactive({ state, session, now }, policy),
    stage: null,
    eta: null,
    alerts: NO_ALERTS,
    trackingProblem: null,
    trail: NO_TRAIL,
  };
}
