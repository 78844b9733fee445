import type { JourneyFailure } from '../connection/failure.js';
import type { TrackerState } from '../tracker/trackerState.js';
import { describeRefusal, failureInWords } from './describeFailure.js';
import type { Description } from './description.js';
import type { Action, Words } from './Words.js';

/** An action that somebody pressed a button for, and that did not work. */
export interface FailedAction {
  readonly action: Action;
  readonly failure: JourneyFailure;
}

/** Where a failed action leaves the journey. Anywhere else its failure is of the past. */
const leftIn: Record<Action, TrackerState['phase']> = {
  start: 'READY',
  arrive: 'EN_ROUTE',
  stop: 'STOPPING',
  takeOver: 'EN_ROUTE',
};

/** What keeps a session from being started at all: it has the whole card to itself. */
export function trackerRefusal(words: Words, { phase, failure }: TrackerState): Description | undefined {
  if (phase !== 'READY' || !failure) return undefined;
  switch (failure.code) {
    case 'UNAUTHENTICATED':
    case 'SESSION_NOT_FOUND':
    case 'FORBIDDEN':
      return describeRefusal(words, failure.code);
    case 'SESSION_NOT_STARTABLE':
      return { tone: 'ended', icon: 'cancelled', ...words.refusals.notStartable };
    default:
      return undefined;
  }
}

/** What to say in red: of the button that was pressed last, as long as it is true, or else of what is wrong anyway. */
export function trackerNotice(
  words: Words,
  tracker: TrackerState,
  failed: FailedAction | undefined,
): string | undefined {
  if (trackerRefusal(words, tracker)) return undefined;
  return (failed && failedAction(words, tracker, failed)) ?? standingProblem(words, tracker);
}

function failedAction(
  words: Words,
  { phase, canMarkArrived, distanceMeters }: TrackerState,
  { action, failure }: FailedAction,
): string | undefined {
  if (phase !== leftIn[action]) return undefined;
  const isOfThePlace =
    failure.code === 'ARRIVAL_TOO_FAR' ||
    failure.code === 'LOCATION_UNKNOWN' ||
    failure.code === 'LOCATION_IMPLAUSIBLE';
  if (isOfThePlace && canMarkArrived) return undefined;
  // They have driven on since.
  const extensions = distanceMeters === null ? failure.extensions : { ...failure.extensions, distanceMeters };
  return failureInWords(words, { code: failure.code, extensions }, action);
}

/** What is wrong without anybody having pressed anything; a drive without connection has its own words in the head. */
function standingProblem(
  words: Words,
  { phase, positionProblem, failure, sending, storageFailed }: TrackerState,
): string | undefined {
  switch (phase) {
    case 'READY':
      return failure ? failureInWords(words, failure, 'look') : undefined;
    case 'STOPPING':
      return failure ? failureInWords(words, failure, 'stop') : undefined;
    case 'EN_ROUTE':
      if (positionProblem) return words.trainer.positionProblems[positionProblem];
      if (failure && sending !== 'OFFLINE') return failureInWords(words, failure);
      return storageFailed ? words.trainer.notStored : undefined;
    default:
      return undefined;
  }
}
