/** The state of a generic cell rate limiter: when the next request would arrive if all came evenly; null before the first one. */
export type ArrivalTime = number | null;

export type RateDecision =
  | { readonly allowed: true; readonly arrivalTime: number }
  | { readonly allowed: false; readonly retryAfterMs: number };

/**
 * GCRA (ITU-T I.371): one request per emission interval, sustained; a request may be `toleranceMs` early. This is the
 * rule; `redis/scripts/rate.lua` applies it atomically, and test/redis/rules.spec.ts checks that the two agree.
 */
export function decideRate(
  arrivalTime: ArrivalTime,
  now: number,
  { intervalMs, toleranceMs }: { intervalMs: number; toleranceMs: number },
): RateDecision {
  const expected = Math.max(arrivalTime ?? now, now);
  const waitMs = expected - toleranceMs - now;
  return waitMs > 0
    ? { allowed: false, retryAfterMs: waitMs }
    : { allowed: true, arrivalTime: expected + intervalMs };
}

/** One of a trainer's phones that reports on one of its sessions. */
export interface Asker {
  readonly sessionId: string;
  /** Empty: it does not say which device it is. */
  readonly deviceId: string;
}

export interface Turns {
  readonly arrivalTime: ArrivalTime;
  /** Who was allowed last; null when it did not name its device. */
  readonly holder: Asker | null;
  /** Who was refused since, in the order of the first refusal. Its turn is kept until then. */
  readonly waiting: readonly { readonly asker: Asker; readonly until: number }[];
}

export const NO_TURNS: Turns = { arrivalTime: null, holder: null, waiting: [] };

export type TurnDecision = { readonly next: Turns } & (
  | { readonly allowed: true }
  /** `contested`: another device has the slot for the same session, of which only one reports. */
  | { readonly allowed: false; readonly retryAfterMs: number; readonly contested: boolean }
);

/** Nobody has more active sessions at once; a trainer's forged session ids must not fill the memory. */
export const MAX_WAITING = 8;

/** A phone that sends by a timer of its own comes back after one interval and its network's latency. */
export const TURN_KEPT_INTERVALS = 1.5;

const isSame = (one: Asker, other: Asker): boolean =>
  one.sessionId === other.sessionId && one.deviceId === other.deviceId;

/**
 * Shares a trainer's rate among its sessions: who was refused is next, in the order of the refusals. A turn is kept for
 * a while beyond the time that its asker was given, so that one that went away delays the others once.
 * `redis/scripts/rate.lua` applies it atomically, and test/redis/rules.spec.ts checks that the two agree.
 */
export function decideTurn(
  { arrivalTime, holder, waiting: stored }: Turns,
  now: number,
  asker: Asker,
  rate: { intervalMs: number; toleranceMs: number },
): TurnDecision {
  const waiting = stored.filter(({ until }) => until >= now);
  const found = waiting.findIndex((entry) => isSame(entry.asker, asker));
  const ahead = found === -1 ? waiting.length : found;
  const decision = decideRate(arrivalTime, now, rate);
  if (decision.allowed && ahead === 0) {
    const next = {
      arrivalTime: decision.arrivalTime,
      holder: asker.deviceId === '' ? null : asker,
      waiting: waiting.filter((entry) => !isSame(entry.asker, asker)),
    };
    return { allowed: true, next };
  }
  const retryAfterMs = (decision.allowed ? 0 : decision.retryAfterMs) + ahead * rate.intervalMs;
  if (ahead < MAX_WAITING)
    waiting[ahead] = { asker, until: now + retryAfterMs + TURN_KEPT_INTERVALS * rate.intervalMs };
  const contested =
    !decision.allowed &&
    asker.deviceId !== '' &&
    holder?.sessionId === asker.sessionId &&
    holder.deviceId !== asker.deviceId;
  return { allowed: false, retryAfterMs, contested, next: { arrivalTime, holder, waiting } };
}
