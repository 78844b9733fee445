import type { FailureCode, JourneyFailure } from '../connection/failure.js';
import type { Description } from './description.js';
import { formatDistance } from './format.js';
import type { Attempt, Words } from './Words.js';

/** Why the service will not show this session, for whoever asked for it. */
export function describeRefusal({ refusals }: Words, code: FailureCode): Description {
  switch (code) {
    case 'UNAUTHENTICATED':
      return { tone: 'ended', icon: 'locked', ...refusals.unauthenticated };
    case 'SESSION_NOT_FOUND':
    case 'FORBIDDEN':
      return { tone: 'ended', icon: 'locked', ...refusals.notYours };
    default:
      return { tone: 'ended', icon: 'offline', ...refusals.other };
  }
}

/** A failure as one would say it to somebody at the wheel: what happened, and what to do. */
export function failureInWords(
  words: Words,
  { code, extensions }: Pick<JourneyFailure, 'code' | 'extensions'>,
  attempt: Attempt = 'drive',
): string {
  const { failures } = words;
  switch (code) {
    case 'NETWORK':
    case 'TIMEOUT':
      return `${failures.noConnection} ${failures.meanwhile[attempt]}`;
    case 'STORE_UNAVAILABLE':
    case 'OVERLOADED':
    case 'SERVER':
      return `${failures.serviceAway} ${failures.meanwhile[attempt]}`;
    case 'ARRIVAL_TOO_FAR': {
      const { distanceMeters, limitMeters } = extensions;
      return distanceMeters === undefined || limitMeters === undefined
        ? failures.notThereYet
        : failures.arrivalTooFar(formatDistance(words, distanceMeters), formatDistance(words, limitMeters));
    }
    default:
      return failures.codes[code];
  }
}
