import { JourneyError, type PointRejection } from './errors';
import type { PointVerdict } from './location';
import type { Policy } from './policy';

/** What each rejection means and what to do about it; never with a coordinate. */
const messages: Record<
  PointRejection,
  (verdict: { speedKmh?: number; limitKmh?: number }, policy: Policy) => string
> = {
  FROM_THE_FUTURE: () =>
    "capturedAt lies more than 5 s ahead of the server: send sentAt with updateLocations, or set the phone's clock.",
  TOO_OLD: () => 'The fix is older than 2 h. Drop it.',
  BEFORE_START: () => 'The fix was taken before the journey started. Drop it.',
  MOCKED: () =>
    'The phone says that an app made this fix up. Ask the trainer to turn the mock location app off; real fixes go on.',
  IMPLAUSIBLE_DISTANCE: (_, policy) =>
    `The fix is more than ${policy.maxDistanceKm} km away from the student's home. Drop it and send the next.`,
  INACCURATE: (_, policy) =>
    `The fix is less accurate than ${policy.maxAccuracyMeters} m. Wait for a better one; the marker stays where it was.`,
  IMPLAUSIBLE_SPEED: ({ speedKmh, limitKmh }) =>
    `The fix implies ${speedKmh} km/h since the one before; at most ${limitKmh} km/h is plausible. Drop it and send the next: fixes that agree with each other are soon believed.`,
};

/** Throws LOCATION_IMPLAUSIBLE for a rejected point. */
export function requireNotRejected(verdict: PointVerdict, policy: Policy): void {
  if (verdict.status !== 'REJECTED') return;
  const { rejection, speedKmh, limitKmh } = verdict;
  throw new JourneyError('LOCATION_IMPLAUSIBLE', messages[rejection](verdict, policy), {
    rejection,
    ...(rejection === 'IMPLAUSIBLE_SPEED' && { speedKmh, limitKmh }),
    ...(rejection === 'IMPLAUSIBLE_DISTANCE' && { limitMeters: policy.maxDistanceKm * 1000 }),
    ...(rejection === 'INACCURATE' && { limitMeters: policy.maxAccuracyMeters }),
  });
}
