import type { JourneyFailure, PositionProblem, UnseenReason } from '@journey/client';
import { formatDistance } from '../format/distance';

/** What somebody pressed a button for. */
export type Action = 'start' | 'arrive' | 'stop' | 'takeOver';

/** Also without a button: the page checks for an active journey, and positions are sent. */
type Attempt = Action | 'look' | 'drive';

/** What becomes of an attempt that does not get through. */
const MEANWHILE: Record<Attempt, string> = {
  look: 'You can start as soon as it is back.',
  start: 'Your student does not know yet. Try again as soon as it is back; nothing starts twice.',
  arrive: 'Your student does not know yet that you are there. Try again as soon as it is back.',
  stop: 'Nothing is shared any more, and your student will know as soon as it is back.',
  takeOver: 'Try again as soon as it is back.',
  drive: 'Nothing is lost: your positions are kept and sent as soon as it is back.',
};

/** A failure as one would say it to somebody at the wheel: what happened, and what to do. */
export function failureInWords(
  { code, extensions }: Pick<JourneyFailure, 'code' | 'extensions'>,
  attempt: Attempt = 'drive',
): string {
  switch (code) {
    case 'NETWORK':
    case 'TIMEOUT':
      return `No connection. ${MEANWHILE[attempt]}`;
    case 'STORE_UNAVAILABLE':
    case 'OVERLOADED':
    case 'SERVER':
      return `The service is away for a moment. ${MEANWHILE[attempt]}`;
    case 'RATE_LIMITED':
      return 'Positions came too quickly. The next one waits a little.';
    case 'ARRIVAL_TOO_FAR':
      return arrivalTooFar(extensions);
    case 'LOCATION_UNKNOWN':
      return 'Your position is not known yet. Wait for a position and try again.';
    case 'LOCATION_IMPLAUSIBLE':
      return 'That position cannot be right, so it was not sent on. Wait for a better one.';
    case 'ARRIVAL_UNCONFIRMED':
      return 'Your last positions do not agree. Wait a moment and try again.';
    case 'OTHER_DEVICE_REPORTS':
      return 'Another device shares this journey. Take over to share from this one.';
    case 'JOURNEY_ALREADY_STARTED':
      return 'This journey has started already, perhaps on another phone.';
    case 'SESSION_NOT_STARTABLE':
      return 'This session cannot be started: it is over, cancelled, or you have arrived already.';
    case 'JOURNEY_NOT_ACTIVE':
      return 'There is no active journey for this session.';
    case 'JOURNEY_ENDED':
      return 'This journey has ended.';
    case 'SESSION_NOT_FOUND':
    case 'FORBIDDEN':
      return 'This is not one of your sessions.';
    case 'UNAUTHENTICATED':
      return 'Your sign-in has expired. Open the newest link from your booking.';
    default:
      return 'That did not work. Please try again.';
  }
}

function arrivalTooFar({ distanceMeters, limitMeters }: JourneyFailure['extensions']): string {
  if (distanceMeters === undefined || limitMeters === undefined) return 'You are not there yet.';
  return `You are still ${formatDistance(distanceMeters)} away; you can arrive within ${formatDistance(limitMeters)} of the home.`;
}

export function positionProblemInWords(problem: PositionProblem): string {
  switch (problem) {
    case 'PERMISSION_DENIED':
      return 'This browser may not use your position. Allow it in the browser’s settings, then try again.';
    case 'LOCATION_OFF':
      return 'Location is switched off on this device. Switch it on.';
    case 'PRECISE_LOCATION_OFF':
      return 'This browser gets only an approximate position. Allow the precise one in the settings.';
    case 'BATTERY_SAVER':
      return 'Battery saving keeps this device from finding its position. Switch it off for the drive.';
    case 'POSITION_UNAVAILABLE':
    case 'INVALID_FIX':
      return 'Your phone cannot find its position here. It keeps trying.';
    case 'TIMEOUT':
      return 'Your phone takes long to find its position. It keeps trying.';
  }
}

/** Why the student does not see the trainer, and what to do about it. */
export function unseenInWords(reason: UnseenReason): string {
  switch (reason) {
    case 'OTHER_DEVICE':
      return 'Another device shares this journey. Take over to share from this one.';
    case 'SIGNED_OUT':
      return 'Your sign-in has expired. Open the newest link from your booking.';
    case 'PERMISSION_DENIED':
    case 'LOCATION_OFF':
    case 'PRECISE_LOCATION_OFF':
    case 'BATTERY_SAVER':
      return positionProblemInWords(reason);
    case 'MOCKED_LOCATION':
      return 'An app on this device makes positions up. Switch it off.';
    case 'NO_POSITION':
      return 'Your phone finds no position. Put it where it sees the sky.';
    case 'CLOCK':
      return 'The times of your positions cannot be right. Set this device’s clock to automatic.';
    case 'FIXES_REFUSED':
      return 'Your positions cannot be right, so they are not shown. Wait for better ones.';
    case 'REFUSED':
      return 'The service takes no positions from this phone now.';
    case 'OFFLINE':
      return 'Drive on: your positions are kept and sent when the connection is back.';
  }
}
