import { kindOf, type JourneyFailure } from '@journey/client';

/** The service will not answer this viewer, at least not with this token. */
export function isRefusal(failure: JourneyFailure): boolean {
  const kind = kindOf(failure);
  return kind === 'GONE' || kind === 'REFUSED' || kind === 'UNAUTHENTICATED';
}
