import type { JourneyFailure } from '@journey/client';

/** Asking again would be answered the same. */
export function isRefusal({ code }: JourneyFailure): boolean {
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
}
