import type { Signal } from '../generated/operations.js';
import type { LiveLocation } from './newerLiveLocation.js';

export interface SignalThresholds {
  /** A fix at most this old is LIVE. */
  signalLiveMs: number;
  /** At most this old: DELAYED; older: LOST. */
  signalDelayedMs: number;
}

/** Those that are not given are the service's defaults. */
export const thresholdsOf = ({
  signalLiveMs = 20_000,
  signalDelayedMs = 60_000,
}: Partial<SignalThresholds> = {}): SignalThresholds => ({ signalLiveMs, signalDelayedMs });

/** A fix whose age is known at one moment, and grows from there. */
export interface SignalAge {
  capturedAt: string;
  ageMs: number;
  atMs: number;
}

/** The least age of a fix with this signal. */
export const youngest = (signal: Signal, { signalLiveMs, signalDelayedMs }: SignalThresholds): number =>
  ({ LIVE: 0, DELAYED: signalLiveMs + 1, LOST: signalDelayedMs + 1 })[signal];

/** The most. */
export const oldest = (signal: Signal, { signalLiveMs, signalDelayedMs }: SignalThresholds): number =>
  ({ LIVE: signalLiveMs, DELAYED: signalDelayedMs, LOST: Infinity })[signal];

/**
 * The least age of an answer's fix, without trusting this device's clock to agree with the service's: the
 * service's signal gives the range, and the time since the same fix was first seen where in it.
 */
export function ageOf(
  { signal, location }: LiveLocation,
  before: SignalAge | null,
  nowMs: number,
  thresholds: SignalThresholds,
): SignalAge | null {
  if (signal === null) return null;
  const capturedAt = location?.capturedAt ?? before?.capturedAt ?? '';
  const grownMs = before?.capturedAt === capturedAt ? before.ageMs + Math.max(0, nowMs - before.atMs) : 0;
  const ageMs = Math.min(Math.max(grownMs, youngest(signal, thresholds)), oldest(signal, thresholds));
  return { capturedAt, ageMs, atMs: nowMs };
}

export function signalAt(
  { ageMs, atMs }: SignalAge,
  nowMs: number,
  { signalLiveMs, signalDelayedMs }: SignalThresholds,
): { signal: Signal; changesInMs: number | null } {
  const nowAgeMs = ageMs + Math.max(0, nowMs - atMs);
  if (nowAgeMs <= signalLiveMs) return { signal: 'LIVE', changesInMs: signalLiveMs + 1 - nowAgeMs };
  if (nowAgeMs <= signalDelayedMs) return { signal: 'DELAYED', changesInMs: signalDelayedMs + 1 - nowAgeMs };
  return { signal: 'LOST', changesInMs: null };
}
