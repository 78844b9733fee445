import type { JourneyFailure, PositionProblem } from '@journey/client';
import { formatDistance } from '../format/distance';

/** What somebody pressed a button for. */
export type Action = 'start' | 'arrive' | 'stop';

/** Also without a button: the page looks whether a journey is under way, and positions are sent. */
type Attempt = Action | 'look' | 'drive';

/** What becomes of an attempt that does not get through. */
const MEANWHILE: Record<Attempt, string> = {
  look: 'You can start as soon as it is back.',
  start: 'Your student has not been told. Try again as soon as it is back; nothing starts twice.',
  arrive: 'Your student has not been told that you are there. Try again as soon as it is back.',
  stop: 'Nothing is shared any more, and your student is told as soon as it is back.',
  drive: 'Nothing is lost: your positions are kept and sent as soon as it is back.',
};

/** A failure as one would say it to somebody at the wheel: what happened, and what to do. */
export function failureInWords(
  { code, facts }: Pick<JourneyFailure, 'code' | 'facts'>,
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
      return arrivalTooFar(facts);
    case 'LOCATION_UNKNOWN':
      return 'Your phone has not told where you are yet. Wait for a position and try again.';
    case 'LOCATION_IMPLAUSIBLE':
      return 'That position cannot be right, so it was not sent on. Wait for a better one.';
    case 'JOURNEY_ALREADY_STARTED':
      return 'This journey is under way already, perhaps on another phone.';
    case 'SESSION_NOT_STARTABLE':
      return 'This session cannot be started: it is over, cancelled, or you have arrived already.';
    case 'JOURNEY_NOT_ACTIVE':
      return 'No journey is under way for this session.';
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

function arrivalTooFar({ distanceMeters, limitMeters }: JourneyFailure['facts']): string {
  if (distanceMeters === undefined || limitMeters === undefined) return 'You are not there yet.';
  return `You are still ${formatDistance(distanceMeters)} away; you can arrive within ${formatDistance(limitMeters)} of the home.`;
}

export function positionProblemInWords(problem: PositionProblem): string {
  switch (problem) {
    case 'PERMISSION_DENIED':
      return 'This browser may not use your position. Allow it in the browser’s settings, then try again.';
    case 'POSITION_UNAVAILABLE':
      return 'Your phone cannot find its position here. It keeps trying.';
    case 'TIMEOUT':
      return 'Your phone takes long to find its position. It keeps trying.';
  }
}
