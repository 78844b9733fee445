import type { PointRejection, TrackingProblem } from '../generated/operations.js';
import type { TrackerState } from './trackerState.js';

/**
 * Why the student does not see where this phone is, or null while they do. OTHER_DEVICE: `takeOver()` changes that.
 * CLOCK: the service found the times of the fixes impossible. FIXES_REFUSED: it refused them for another reason.
 */
export type UnseenReason =
  TrackingProblem | 'OTHER_DEVICE' | 'REFUSED' | 'OFFLINE' | 'CLOCK' | 'FIXES_REFUSED';

const reasonOfRejection: Partial<Record<PointRejection, UnseenReason>> = {
  BEFORE_START: 'CLOCK',
  FROM_THE_FUTURE: 'CLOCK',
  TOO_OLD: 'CLOCK',
  INACCURATE: 'PRECISE_LOCATION_OFF',
};

export function unseenReason({
  phase,
  sending,
  signal,
  positionProblem,
  trackingProblem,
  lastRejection,
}: TrackerState): UnseenReason | null {
  if (phase !== 'EN_ROUTE' && phase !== 'ARRIVING') return null;
  if (sending === 'TAKEN_OVER') return 'OTHER_DEVICE';
  if (sending === 'UNAUTHENTICATED') return 'SIGNED_OUT';
  if (sending === 'REFUSED' || sending === 'OFFLINE') return sending;
  if (trackingProblem) return trackingProblem;
  if (positionProblem) return 'NO_POSITION';
  if (signal === 'LIVE') return null;
  if (lastRejection) return reasonOfRejection[lastRejection] ?? 'FIXES_REFUSED';
  return signal === 'LOST' ? 'NO_POSITION' : null;
}
