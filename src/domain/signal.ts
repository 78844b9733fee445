import type { Policy } from './policy';

export type Signal = 'LIVE' | 'DELAYED' | 'LOST';

/** How fresh the marker is, by the age of the newest fix's capturedAt. */
export function signalAt(ageMs: number, policy: Pick<Policy, 'signalLiveMs' | 'signalDelayedMs'>): Signal {
  if (ageMs <= policy.signalLiveMs) return 'LIVE';
  return ageMs <= policy.signalDelayedMs ? 'DELAYED' : 'LOST';
}
