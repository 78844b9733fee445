import type { JourneyState } from './journey';
import type { Policy } from './policy';
import { isStartable, type Session } from './session';
import type { Signal } from './signal';

/** Within this distance of home the student polls more often. */
export const NEAR_HOME_METERS = 1000;
/** A phone that moved less than the still radius (update.lua) for this long stands still. */
const STILL_AFTER_MS = 60_000;
/** This long after its scheduled time polls still wait for a session that never started: a late trainer may yet come. */
const WAIT_PAST_SCHEDULE_MS = 6 * 3600_000;

/** When to poll next while a journey is active. */
export function pollWhileActive(
  signal: Signal | null,
  distanceMeters: number | null,
  policy: Policy,
): number {
  if (signal === 'LOST') return policy.pollLostIntervalMs;
  if (distanceMeters !== null && distanceMeters <= NEAR_HOME_METERS) return policy.pollNearIntervalMs;
  return policy.pollIntervalMs;
}

/** When to poll next while none is active; null: stop polling, nothing will change any more. */
export function pollWhileInactive(
  { state, session, now }: { state: JourneyState; session: Session | null; now: number },
  policy: Policy,
): number | null {
  if (state === 'ARRIVED') return null;
  // The database is unavailable and the cache has lost the session: a later poll will know more.
  if (!session) return policy.pollIdleIntervalMs;
  const mayStart = isStartable(session.status) && now <= session.scheduledAt + WAIT_PAST_SCHEDULE_MS;
  return mayStart ? policy.pollIdleIntervalMs : null;
}

/** When the trainer's phone should send next. */
export const nextUpdateMs = (
  newest: { capturedAt: number; stillSince: number } | null,
  policy: Policy,
): number =>
  newest && newest.capturedAt - newest.stillSince >= STILL_AFTER_MS
    ? policy.updateIdleIntervalMs
    : policy.updateIntervalMs;
