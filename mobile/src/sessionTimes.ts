import type { SessionFieldsFragment } from '@journey/client';

type Timed = Pick<SessionFieldsFragment, 'status' | 'scheduledAt'>;

/** So long after its time a journey to a session may still start. */
const STILL_STARTABLE_MS = 6 * 3_600_000;

/** Whether nobody will set off for this session any more. */
export const isOver = ({ status, scheduledAt }: Timed, nowMs: number): boolean =>
  status === 'COMPLETED' || status === 'CANCELLED' || Date.parse(scheduledAt) + STILL_STARTABLE_MS < nowMs;

/** By the phone's own calendar. */
export function isToday({ scheduledAt }: Timed, nowMs: number): boolean {
  return new Date(scheduledAt).toDateString() === new Date(nowMs).toDateString();
}
