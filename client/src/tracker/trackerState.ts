import type { FailureCode, JourneyFailure } from '../connection/failure.js';
import type { JourneyState, PointRejection } from '../generated/operations.js';
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

/** UNKNOWN: the service does not remember how. */
export type JourneyOutcome = Exclude<JourneyState, 'NOT_STARTED' | 'EN_ROUTE'> | 'UNKNOWN';

export interface TrackerState {
  readonly phase: TrackerPhase;
  /** Under way, or just ended. */
  readonly journey: TrackedJourney | null;
  /** Set in ENDED. */
  readonly outcome: JourneyOutcome | null;
  /** UNAUTHENTICATED, REFUSED: nothing is sent until `resume()`. */
  readonly sending: 'ONLINE' | 'OFFLINE' | 'UNAUTHENTICATED' | 'REFUSED';
  /** Waiting to be sent. */
  readonly bufferedFixes: number;
  /** Lost to the buffer's bound. */
  readonly droppedFixes: number;
  /** Refused by the service, and not sent again. */
  readonly rejectedFixes: number;
  readonly lastRejection: PointRejection | null;
  readonly lastFix: Fix | null;
  readonly distanceMeters: number | null;
  readonly canMarkArrived: boolean;
  readonly positionProblem: PositionProblem | null;
  /** The buffer would not survive a restart. */
  readonly storageFailed: boolean;
  /** The last thing that went wrong; null again after a success. */
  readonly failure: JourneyFailure | null;
}

export type ActionResult = { ok: true; journey: TrackedJourney } | { ok: false; failure: JourneyFailure };

export const idle: TrackerState = {
  phase: 'RESTORING',
  journey: null,
  outcome: null,
  sending: 'ONLINE',
  bufferedFixes: 0,
  droppedFixes: 0,
  rejectedFixes: 0,
  lastRejection: null,
  lastFix: null,
  distanceMeters: null,
  canMarkArrived: false,
  positionProblem: null,
  storageFailed: false,
  failure: null,
};

export const outcomeOf = (state: JourneyState | undefined): JourneyOutcome =>
  state === undefined || state === 'EN_ROUTE' || state === 'NOT_STARTED' ? 'UNKNOWN' : state;

/** Codes that tell for certain that a start did not happen, so that the next one is another request. */
const refusedStarts: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'SESSION_NOT_STARTABLE',
  'SESSION_NOT_FOUND',
  'FORBIDDEN',
  'BAD_USER_INPUT',
]);

export const refusesStart = ({ code }: JourneyFailure): boolean => refusedStarts.has(code);
