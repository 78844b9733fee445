import { RouterError } from '../domain/router';

/** No journey lasts a day. */
const MAX_SECONDS = 86_400;

/** A router's travel time. @throws RouterError when it is none */
export function travelTime(seconds: unknown): number {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= MAX_SECONDS) return seconds;
  throw new RouterError('INVALID', 'no travel time');
}
