import { kindOf, type JourneyFailure } from '@journey/client';

/** The page has one token, and the same question will get the same answer. */
export function isFinal(failure: JourneyFailure): boolean {
  const kind = kindOf(failure);
  return kind === 'GONE' || kind === 'REFUSED' || kind === 'UNAUTHENTICATED';
}
