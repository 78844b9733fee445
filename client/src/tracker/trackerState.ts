import { failure, kindOf, type FailureCode, type JourneyFailure } from '../connection/failure.js';
import type {
  JourneyFieldsFragment,
  JourneyState,
  LiveLocationFieldsFragment,
  PointRejection,
  Signal,
  TrackingProblem,
} from '../generated/operations.js';
import type { AgedAt } from '../liveLocation/fixAge.js';
import type { Fix, PositionProblem } from './position.js';
import type { TrackedJourney } from './TrackerStore.js';

export type TrackerPhase =
  | 'RESTORING' // reading what an earlier run of the app left, and asking the service
  | 'READY'
  | 'STARTING'
  | 'EN_ROUTE'
  | 'ARRIVING'
  | 'STOPPING' //  nothing is watched or sent any more, but the service has not confirmed it
  | 'ENDED';

/** UNKNOWN: the service does not know how. */
export type JourneyOutcome = Exclude<JourneyState, 'NOT_STARTED' | 'EN_ROUTE'> | 'UNKNOWN';

/**
 * OFFLINE: the last request got no answer of the service. UNAUTHENTICATED: a new token is needed; it is tried again by
 * itself. REFUSED: nothing is sent until `retrySending()`. TAKEN_OVER: another device reports this journey, and this one
 * only shows it until `takeOver()`.
 */
export type Sending = 'ONLINE' | 'OFFLINE' | 'UNAUTHENTICATED' | 'REFUSED' | 'TAKEN_OVER';

export interface TrackerState {
  readonly phase: TrackerPhase;
  /** Active, or just ended. */
  readonly journey: TrackedJourney | null;
  /** Set in ENDED. */
  readonly outcome: JourneyOutcome | null;
  readonly sending: Sending;
  /** Waiting to be sent. */
  readonly bufferedFixes: number;
  /** Pushed out by the buffer's bound. */
  readonly droppedFixes: number;
  /** Refused by the service, and not sent again. */
  readonly rejectedFixes: number;
  /** Null again once fixes are accepted without one. */
  readonly lastRejection: PointRejection | null;
  readonly lastFix: Fix | null;
  /** How old the newest fix is that the service accepted: what the student sees; `ageNow` says how old it is now. */
  readonly acceptedFix: AgedAt | null;
  /** What the student sees, by the age of that fix; null before the first. */
  readonly signal: Signal | null;
  readonly distanceMeters: number | null;
  readonly canMarkArrived: boolean;
  /** What the position source said last; null again with the next fix. */
  readonly positionProblem: PositionProblem | null;
  /** Why the student does not see this phone, as far as the phone itself is the reason. */
  readonly trackingProblem: TrackingProblem | null;
  /** The buffer would not survive a restart. */
  readonly storageFailed: boolean;
  /** The last thing that went wrong; null again after a success. */
  readonly failure: JourneyFailure | null;
}

export type ActionResult = { ok: true; journey: TrackedJourney } | { ok: false; failure: JourneyFailure };

export const initialState: TrackerState = {
  phase: 'RESTORING',
  journey: null,
  outcome: null,
  sending: 'ONLINE',
  bufferedFixes: 0,
  droppedFixes: 0,
  rejectedFixes: 0,
  lastRejection: null,
  lastFix: null,
  acceptedFix: null,
  signal: null,
  distanceMeters: null,
  canMarkArrived: false,
  positionProblem: null,
  trackingProblem: null,
  storageFailed: false,
  failure: null,
};

export const outcomeOf = (state: JourneyState | undefined): JourneyOutcome =>
  state === undefined || state === 'EN_ROUTE' || state === 'NOT_STARTED' ? 'UNKNOWN' : state;

/** Codes that say for certain that a start did not happen, so that the next one is another request. */
const refusedStarts: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'SESSION_NOT_STARTABLE',
  'SESSION_NOT_FOUND',
  'FORBIDDEN',
  'BAD_USER_INPUT',
]);

export const refusesStart = ({ code }: JourneyFailure): boolean => refusedStarts.has(code);

/** What a failed request says about sending, whatever it was for; a refusal only concerns that request. */
export function sendingAfter(reason: JourneyFailure): Sending {
  if (reason.code === 'RATE_LIMITED') return 'ONLINE';
  const kind = kindOf(reason);
  if (kind === 'UNAUTHENTICATED') return 'UNAUTHENTICATED';
  return kind === 'TRANSIENT' || kind === 'FAULT' ? 'OFFLINE' : 'ONLINE';
}

export type StartedJourney = Pick<LiveLocationFieldsFragment, 'journeyId' | 'startedAt'>;

export const tracked = ({ id, startedAt, expiresAt }: JourneyFieldsFragment): TrackedJourney => ({
  id,
  startedAt,
  expiresAt,
});

/** One that another device reports: its end is not said. */
export const journeyOf = ({ journeyId, startedAt }: StartedJourney): TrackedJourney | null =>
  journeyId && startedAt ? { id: journeyId, startedAt, expiresAt: null } : null;

export const notActive = (): ActionResult => ({
  ok: false,
  failure: failure('JOURNEY_NOT_ACTIVE', 'No journey is active on this device.'),
});
