import type { TravelAlert } from '../../src/domain/alert';
import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import type { Policy } from '../../src/domain/policy';

/**
 * The executable model of a journey's alerts. Pure. `redis/scripts/alerts.lua` and what update.lua does for it
 * (include/alertsAfterFix.lua) do the same; test/redis/alerts.spec.ts holds them together. The model says what is true at
 * a check, and when the next check is needed at the latest; that nothing happens unnoticed between two checks is shown by
 * test/road/alerts.spec.ts.
 */

export const STAND_RADIUS_METERS = 50;
export const MAX_WAIT_MS = 60_000;
export const STANDING_WAIT_MS = 2000;
export const ALERTS = ['SIGNAL_LOST', 'NOT_MOVING', 'RUNNING_LATE'] as const satisfies readonly TravelAlert[];

export type AlertSettings = Pick<
  Policy,
  | 'signalLiveMs'
  | 'alertSignalLostMs'
  | 'alertSignalClearMs'
  | 'alertNotMovingMs'
  | 'alertLateMs'
  | 'alertLateForMs'
  | 'arrivalRadiusMeters'
>;

export interface AcceptedFix extends GeoPoint {
  readonly capturedAt: number;
  readonly receivedAt: number;
}

export interface AlertState {
  readonly startedAt: number;
  readonly home: GeoPoint;
  readonly scheduledAt: number;
  /** null before the first fix, and once it has expired. */
  readonly fix: AcceptedFix | null;
  readonly hadFix: boolean;
  /** The fix from which all accepted ones since lie within the radius. */
  readonly stand: AcceptedFix | null;
  /** Of the ETA that is published. */
  readonly earliestAt: number | null;
  readonly raised: readonly TravelAlert[];
  readonly liveSince: number | null;
  /** Where NOT_MOVING was raised. */
  readonly stoodAt: GeoPoint | null;
  /** Since when RUNNING_LATE should be otherwise. */
  readonly lateSince: number | null;
  /** When the next check is due. */
  readonly dueAt: number;
}

export const startedAlerts = (home: GeoPoint, scheduledAt: number, now: number): AlertState => ({
  startedAt: now,
  home,
  scheduledAt,
  fix: null,
  hadFix: false,
  stand: null,
  earliestAt: null,
  raised: [],
  liveSince: null,
  stoodAt: null,
  lateSince: null,
  dueAt: now,
});

const dueNow = (state: AlertState, now: number): AlertState => ({
  ...state,
  dueAt: Math.min(state.dueAt, now),
});

export const published = (state: AlertState, earliestAt: number, now: number): AlertState =>
  dueNow({ ...state, earliestAt }, now);

export const expiredFix = (state: AlertState): AlertState => ({ ...state, fix: null, stand: null });

const isLive = (fix: AcceptedFix, now: number, { signalLiveMs }: AlertSettings): boolean =>
  now - fix.capturedAt <= signalLiveMs;

export function acceptedFix(state: AlertState, fix: AcceptedFix, settings: AlertSettings): AlertState {
  const now = fix.receivedAt;
  const { fix: before, stand: stoodBefore, raised } = state;
  const stand = stoodBefore && distanceMeters(stoodBefore, fix) <= STAND_RADIUS_METERS ? stoodBefore : fix;
  const liveSince = liveSinceAfter(state, fix, settings);
  // Without a location nothing is known of the arrival, though no check may have seen that it was away.
  const lateSince = before ? state.lateSince : null;
  const next = { ...state, fix, stand, hadFix: true, liveSince, lateSince };
  const leaves = raised.includes('NOT_MOVING') && hasLeft(next);
  return !before || leaves ? dueNow(next, now) : next;
}

/** Since when the signal is LIVE again, without an interruption; only a raised SIGNAL_LOST asks for it. */
function liveSinceAfter(
  { raised, fix: before, liveSince }: AlertState,
  fix: AcceptedFix,
  settings: AlertSettings,
): number | null {
  if (!raised.includes('SIGNAL_LOST')) return liveSince;
  const now = fix.receivedAt;
  if (!isLive(fix, now, settings)) return null;
  const wentOn =
    before && isLive(before, now, settings) && now - before.receivedAt < settings.alertSignalLostMs;
  return wentOn ? (liveSince ?? now) : now;
}

const hasLeft = ({ stoodAt, stand, fix }: AlertState): boolean =>
  Math.max(distanceMeters(stoodAt!, stand!), distanceMeters(stoodAt!, fix!)) > STAND_RADIUS_METERS;

interface Verdict {
  readonly isRaised: boolean;
  /** When it could change next; null: not until something happens that makes a check due. */
  readonly at: number | null;
  readonly state?: Partial<AlertState>;
}

/** The journey after a check, if one is due. */
export function checked(state: AlertState, now: number, settings: AlertSettings): AlertState {
  if (state.dueAt > now) return state;
  const verdicts: Record<TravelAlert, Verdict> = {
    SIGNAL_LOST: signalLost(state, now, settings),
    NOT_MOVING: notMoving(state, now, settings),
    RUNNING_LATE: runningLate(state, now, settings),
  };
  const times = Object.values(verdicts).flatMap(({ at }) => (at === null ? [] : [at]));
  return {
    ...state,
    ...verdicts.SIGNAL_LOST.state,
    ...verdicts.NOT_MOVING.state,
    ...verdicts.RUNNING_LATE.state,
    raised: ALERTS.filter((alert) => verdicts[alert].isRaised),
    dueAt: Math.max(now + 1, Math.min(now + MAX_WAIT_MS, ...times)),
  };
}

function signalLost(state: AlertState, now: number, settings: AlertSettings): Verdict {
  const { alertSignalLostMs: lostMs, alertSignalClearMs: clearMs } = settings;
  const { fix } = state;
  const heardAt = Math.max(state.startedAt, fix?.receivedAt ?? 0);
  const isSilent = now - heardAt >= lostMs || (state.hadFix && !fix);
  if (!state.raised.includes('SIGNAL_LOST')) {
    return {
      isRaised: isSilent,
      at: isSilent ? now + clearMs : heardAt + lostMs,
      state: { liveSince: null },
    };
  }
  if (isSilent || !fix || !isLive(fix, now, settings)) return { isRaised: true, at: now + clearMs };
  const liveSince = state.liveSince ?? now;
  return now < liveSince + clearMs
    ? { isRaised: true, at: liveSince + clearMs, state: { liveSince } }
    : { isRaised: false, at: heardAt + lostMs, state: { liveSince: null } };
}

function notMoving(state: AlertState, now: number, settings: AlertSettings): Verdict {
  const { fix, stand, home } = state;
  const { arrivalRadiusMeters: radius } = settings;
  const wasRaised = state.raised.includes('NOT_MOVING');
  if (!fix || !stand) return { isRaised: wasRaised, at: null };
  const raisesAt = stand.capturedAt + settings.alertNotMovingMs;
  if (wasRaised) {
    return hasLeft(state)
      ? { isRaised: false, at: raisesAt, state: { stoodAt: null } }
      : { isRaised: true, at: null };
  }
  if (now < raisesAt) return { isRaised: false, at: raisesAt };
  if (isLive(fix, now, settings) && distanceMeters(fix, home) > radius) {
    return { isRaised: true, at: null, state: { stoodAt: stand } };
  }
  // Only where another fix of the same stand could be far enough from home.
  const mayRaise = distanceMeters(stand, home) + STAND_RADIUS_METERS > radius;
  return { isRaised: false, at: mayRaise ? now + STANDING_WAIT_MS : null };
}

function runningLate(state: AlertState, now: number, settings: AlertSettings): Verdict {
  const wasRaised = state.raised.includes('RUNNING_LATE');
  const { fix, earliestAt } = state;
  if (!fix || earliestAt === null) return { isRaised: wasRaised, at: null, state: { lateSince: null } };
  const lateFrom = state.scheduledAt + settings.alertLateMs + 1;
  const isLate = Math.max(earliestAt, now) >= lateFrom;
  const settled = { at: isLate ? null : lateFrom, state: { lateSince: null } };
  if (isLate === wasRaised) return { isRaised: wasRaised, ...settled };
  const lateSince = state.lateSince ?? now;
  const changesAt = lateSince + settings.alertLateForMs;
  return now < changesAt
    ? { isRaised: wasRaised, at: changesAt, state: { lateSince } }
    : { isRaised: isLate, ...settled };
}
