import { decideRate, type ArrivalTime } from '../../src/domain/rateLimit';

/** One of a trainer's phones that reports on one of its sessions. */
export interface Requester {
  readonly sessionId: string;
  /** Empty: it does not say which device it is. */
  readonly deviceId: string;
}

export interface Turns {
  readonly arrivalTime: ArrivalTime;
  /** Who was allowed last; null when it did not name its device. */
  readonly holder: Requester | null;
  /** Who was refused since, in the order of the first refusal. Its turn is kept until then. */
  readonly waiting: readonly { readonly requester: Requester; readonly until: number }[];
}

export const NO_TURNS: Turns = { arrivalTime: null, holder: null, waiting: [] };

type TurnDecision = { readonly next: Turns } & (
  | { readonly allowed: true }
  /** `contested`: another device has the slot for the same session, of which only one reports. */
  | { readonly allowed: false; readonly retryAfterMs: number; readonly contested: boolean }
);

/** Nobody has more active sessions at once; a trainer's forged session ids must not fill the memory. */
const MAX_WAITING = 8;

/** A phone that sends by a timer of its own comes back after one interval and its network's latency. */
const TURN_KEPT_INTERVALS = 1.5;

const isSame = (one: Requester, other: Requester): boolean =>
  one.sessionId === other.sessionId && one.deviceId === other.deviceId;

/**
 * Shares a trainer's rate among its sessions: who was refused is next, in the order of the refusals. A turn is kept for
 * a while beyond the time that its requester was given, so that one that went away delays the others once.
 * `redis/scripts/rate.lua` applies this rule atomically, and test/redis/rules.spec.ts checks that the two agree.
 */
export function decideTurn(
  { arrivalTime, holder, waiting: stored }: Turns,
  now: number,
  requester: Requester,
  rate: { intervalMs: number; toleranceMs: number },
): TurnDecision {
  const waiting = stored.filter(({ until }) => until >= now);
  const found = waiting.findIndex((entry) => isSame(entry.requester, requester));
  const ahead = found === -1 ? waiting.length : found;
  const decision = decideRate(arrivalTime, now, rate);
  if (decision.allowed && ahead === 0) {
    const next = {
      arrivalTime: decision.arrivalTime,
      holder: requester.deviceId === '' ? null : requester,
      waiting: waiting.filter((entry) => !isSame(entry.requester, requester)),
    };
    return { allowed: true, next };
  }
  const retryAfterMs = (decision.allowed ? 0 : decision.retryAfterMs) + ahead * rate.intervalMs;
  if (ahead < MAX_WAITING)
    waiting[ahead] = { requester, until: now + retryAfterMs + TURN_KEPT_INTERVALS * rate.intervalMs };
  const contested =
    !decision.allowed &&
    requester.deviceId !== '' &&
    holder?.sessionId === requester.sessionId &&
    holder.deviceId !== requester.deviceId;
  return { allowed: false, retryAfterMs, contested, next: { arrivalTime, holder, waiting } };
}
