import type { JourneyAlert, TrackingProblem } from './alert';
import { etaAt, type Eta } from './eta';
import { distanceMeters, type GeoPoint } from './geo';
import type { EndedJourney, Journey, JourneyState } from './journey';
import type { StoredFix } from './location';
import { pollWhileActive, pollWhileInactive } from './intervals';
import type { Policy } from './policy';
import type { SessionSnapshot } from './snapshot';
import { isStartable, type Session } from './session';
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
  /** Ascending by version; empty unless it was asked for. */
  readonly trail: readonly TrailPoint[];
  /** When a takeover last corrected the marker; null also for those who wait for the trainer. */
  readonly correctedAt: number | null;
}

/** A session without an active journey, completed from the cache or the database. */
export interface InactiveSession {
  readonly kind: 'INACTIVE';
  readonly now: number;
  /** null when only its ended journey is known: the database is unavailable, or has deleted the session. */
  readonly session: Session | null;
  readonly isDatabaseUnavailable: boolean;
  /** The newest journey that the viewer may read. */
  readonly last: EndedJourney | null;
  /** The scheduledAt for which NO_SHOW is raised. */
  readonly noShowAt?: number | null;
  /** The viewer took part in `last`, and the session is somebody else's now. */
  readonly isFormer?: true;
}

export type SessionView = Extract<SessionSnapshot, { kind: 'ACTIVE' }> | InactiveSession;

/**
 * How a journey ended that is not active in the live store any more. One past its deadline has expired, whether or not
 * the watchdog has ended it yet. One within its deadline that the live store has lost is not known any more.
 */
export function asEnded(journey: Journey | null, now: number): EndedJourney | null {
  if (!journey || journey.state !== 'EN_ROUTE') return journey;
  if (journey.expiresAt > now) return null;
  return { ...journey, state: 'EXPIRED', endedAt: journey.expiresAt, version: journey.version + 1 };
}

const NO_ALERTS: readonly JourneyAlert[] = [];
const NO_SHOW: readonly JourneyAlert[] = ['NO_SHOW'];
const NO_TRAIL: readonly TrailPoint[] = [];

interface LiveLocationRequest {
  readonly sessionId: string;
  readonly view: SessionView;
  /** Whether the viewer may see where the journey began, and when the marker was corrected. */
  readonly seesWholeWay: boolean;
}

/** The view as its viewer may see it. */
export function toLiveLocation(
  { sessionId, view, seesWholeWay }: LiveLocationRequest,
  policy: Policy,
): LiveLocation {
  if (view.kind === 'INACTIVE') return inactiveLiveLocation(sessionId, view, policy);
  const { journey, home, fix, eta, now } = view;
  const isHidden = seesWholeWay ? null : startHiding(view, policy);
  const location = fix && isHidden?.(fix) ? null : fix;
  const distance = location && Math.round(distanceMeters(location, home));
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
    location,
    signal,
    distanceMeters: distance,
    startedAt: journey.startedAt,
    endedAt: null,
    pollAfterMs: pollWhileActive(signal, distance, policy),
    stage: view.stage,
    eta: fix && eta && etaAt(eta, now, signal === 'LOST' ? ageMs : 0),
    alerts: view.alerts,
    trackingProblem: view.trackingProblem,
    trail: isHidden ? view.trail.filter((point) => !isHidden(point)) : view.trail,
    correctedAt: seesWholeWay ? view.correctedAt : null,
  };
}

type ActiveSession = Extract<SessionView, { kind: 'ACTIVE' }>;

/** Which places are hidden from those who wait: near where the journey began, unless near their own home. null: none. */
function startHiding(
  { origin, home }: ActiveSession,
  { hideStartMeters }: Policy,
): ((place: GeoPoint) => boolean) | null {
  if (hideStartMeters === 0 || origin.length === 0) return null;
  const isNear = (place: GeoPoint, other: GeoPoint): boolean =>
    distanceMeters(place, other) <= hideStartMeters;
  return (place) => origin.some((start) => isNear(place, start)) && !isNear(place, home);
}

function inactiveLiveLocation(
  sessionId: string,
  { now, session, last, noShowAt, isFormer }: InactiveSession,
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
    // Not for a booking that was cancelled, completed or moved meanwhile.
    alerts: session && isStartable(session.status) && session.scheduledAt === noShowAt ? NO_SHOW : NO_ALERTS,
    trackingProblem: null,
    trail: NO_TRAIL,
    correctedAt: null,
  };
}
