import type { SessionFieldsFragment, SessionFilter } from '@journey/client';

type Timed = Pick<SessionFieldsFragment, 'status' | 'scheduledAt'>;

const HOUR_MS = 3_600_000;
/** So long after its time a journey to a session may still start. */
const STILL_STARTABLE_MS = 6 * HOUR_MS;

/** Whether a session is of the past: its time has come, and nobody will set off for it any more. */
export function isPast({ status, scheduledAt }: Timed, nowMs: number): boolean {
  const atMs = Date.parse(scheduledAt);
  if (atMs > nowMs) return false;
  return status === 'COMPLETED' || status === 'CANCELLED' || atMs + STILL_STARTABLE_MS < nowMs;
}

/**
 * What a student asks for. Sessions of the last hours are in both answers, and `isPast` tells them apart. The bounds are
 * whole hours, because each filter has a list of its own in the cache.
 */
export const studentFilters = (nowMs: number): Readonly<Record<'upcoming' | 'past', SessionFilter>> => ({
  upcoming: { scheduledFrom: dateTime(Math.floor((nowMs - STILL_STARTABLE_MS) / HOUR_MS) * HOUR_MS) },
  past: { scheduledTo: dateTime((Math.floor(nowMs / HOUR_MS) + 1) * HOUR_MS) },
});

export type Day = 'before' | 'today' | 'later';

/** By the phone's own calendar. */
export function dayOf({ scheduledAt }: Timed, nowMs: number): Day {
  const { begins, ends } = dayAround(nowMs);
  const atMs = Date.parse(scheduledAt);
  return atMs < begins ? 'before' : atMs < ends ? 'today' : 'later';
}

/** What a trainer asks for. */
export function dayFilters(nowMs: number): Readonly<Record<Day, SessionFilter>> {
  const day = dayAround(nowMs);
  const [begins, ends] = [dateTime(day.begins), dateTime(day.ends)];
  return {
    before: { scheduledTo: begins },
    today: { scheduledFrom: begins, scheduledTo: ends },
    later: { scheduledFrom: ends },
  };
}

function dayAround(nowMs: number): { begins: number; ends: number } {
  const day = new Date(nowMs);
  const begins = day.setHours(0, 0, 0, 0);
  // Not 24 hours later: the days on which the clocks change have 23 and 25.
  return { begins, ends: day.setDate(day.getDate() + 1) };
}

const dateTime = (ms: number): string => new Date(ms).toISOString();
