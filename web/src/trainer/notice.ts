import type { JourneyFailure, TrackerState } from '@journey/client';
import { describeRefusal } from '../student/describeRefusal';
import type { Description } from '../student/describe';
import { failureInWords, positionProblemInWords, type Action } from './plainWords';

/** An action that somebody pressed a button for, and that did not work. */
export interface FailedAction {
  readonly action: Action;
  readonly failure: JourneyFailure;
}

/** Where a failed action leaves the journey. Anywhere else its failure is of the past. */
const LEFT_IN: Record<Action, TrackerState['phase']> = {
  start: 'READY',
  arrive: 'EN_ROUTE',
  stop: 'STOPPING',
  takeOver: 'EN_ROUTE',
};

/** What keeps a session from being started at all: it has the whole card to itself. */
export function refusalOf({ phase, failure }: TrackerState): Description | undefined {
  if (phase !== 'READY' || !failure) return undefined;
  switch (failure.code) {
    case 'UNAUTHENTICATED':
    case 'SESSION_NOT_FOUND':
    case 'FORBIDDEN':
      return describeRefusal(failure.code);
    case 'SESSION_NOT_STARTABLE':
      return {
        tone: 'ended',
        icon: 'cancelled',
        title: 'This session cannot start',
        detail: 'It is over, cancelled, or you have arrived already.',
      };
    default:
      return undefined;
  }
}

/** What to say in red: of the button that was pressed last, as long as it is true, or else of what is wrong anyway. */
export function noticeOf(tracker: TrackerState, failed: FailedAction | undefined): string | undefined {
  if (refusalOf(tracker)) return undefined;
  return (failed && failedAction(tracker, failed)) ?? standingProblem(tracker);
}

function failedAction(
  { phase, canMarkArrived, distanceMeters }: TrackerState,
  { action, failure }: FailedAction,
): string | undefined {
  if (phase !== LEFT_IN[action]) return undefined;
  const isOfThePlace =
    failure.code === 'ARRIVAL_TOO_FAR' ||
    failure.code === 'LOCATION_UNKNOWN' ||
    failure.code === 'LOCATION_IMPLAUSIBLE';
  if (isOfThePlace && canMarkArrived) return undefined;
  // They have driven on since.
  const extensions = distanceMeters === null ? failure.extensions : { ...failure.extensions, distanceMeters };
  return failureInWords({ code: failure.code, extensions }, action);
}

/** What is wrong without anybody having pressed anything; a drive without connection has its own words in the head. */
function standingProblem({
  phase,
  positionProblem,
  failure,
  sending,
  storageFailed,
}: TrackerState): string | undefined {
  switch (phase) {
    case 'READY':
      return failure ? failureInWords(failure, 'look') : undefined;
    case 'STOPPING':
      return failure ? failureInWords(failure, 'stop') : undefined;
    case 'EN_ROUTE':
      if (positionProblem) return positionProblemInWords(positionProblem);
      if (failure && sending !== 'OFFLINE') return failureInWords(failure);
      if (storageFailed)
        return 'This browser stores nothing: keep the page open while you have no connection.';
      return undefined;
    default:
      return undefined;
  }
}
