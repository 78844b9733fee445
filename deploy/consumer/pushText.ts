import type { JourneyEvent } from './journeyEvent';

/** For whoever sends the push: to whom, what, and under which key an app that has its own texts finds them. */
export interface PushText {
  readonly studentId: string;
  readonly sessionId: string;
  /** A newer text of the same journey replaces an older one on the phone (`apns-collapse-id`, FCM's `collapse_key`). */
  readonly collapseId: string;
  /** Grows within a journey: drop a text whose sequence is below that of one already sent. */
  readonly sequence: number;
  /** An app's own text for its user's language: `apns` and FCM call it `loc-key`. */
  readonly localizationKey: string;
  readonly body: string;
}

/** An older event gets no text any more: a late push says what is no longer true. */
const TOLD_FOR_MS = 120_000;

/** The push for an event; null when there is nothing to tell, or it is too late to tell it. */
export function pushTextOf({ 'detail-type': type, detail }: JourneyEvent, now: number): PushText | null {
  if (now - Date.parse(detail.occurredAt) > TOLD_FOR_MS) return null;
  const stage = type === 'TrainerJourneyStarted' ? 'ON_THE_WAY' : detail.stage;
  const body = stage === undefined ? undefined : bodyOf(stage, minutesUntil(detail.etaAt, now));
  if (body === undefined) return null;
  return {
    studentId: detail.studentId,
    sessionId: detail.sessionId,
    collapseId: detail.journeyId,
    sequence: detail.sequence,
    localizationKey: `journey.${stage}`,
    body,
  };
}

/** Undefined for a stage that this consumer does not know: a later version of the service may add one. */
function bodyOf(stage: string, minutes: number | null): string | undefined {
  switch (stage) {
    case 'ON_THE_WAY':
      return 'Your trainer is on the way.';
    case 'APPROACHING':
      return minutes === null
        ? 'Your trainer will be there soon.'
        : `Your trainer will be there in about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
    case 'NEARBY':
      return 'Your trainer is nearby.';
    case 'AT_THE_DOOR':
      return 'Your trainer is at the door.';
    default:
      return undefined;
  }
}

function minutesUntil(moment: string | null | undefined, now: number): number | null {
  if (moment == null) return null;
  return Math.max(1, Math.round((Date.parse(moment) - now) / 60_000));
}
