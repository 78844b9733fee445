import { kindOf, type JourneyFailure } from '@journey/client';

/** The service will not answer this page, at least not with its token. */
export function isRefusal(failure: JourneyFailure): boolean {
  return isFinal(failure) || kindOf(failure) === 'UNAUTHENTICATED';
}

/** The same question will get the same answer; a token may be accepted again, or be renewed. */
export function isFinal(failure: JourneyFailure): boolean {
  const kind = kindOf(failure);
  return kind === 'GONE' || kind === 'REFUSED';
}
