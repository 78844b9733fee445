/** What EventBridge delivers, as far as this consumer reads it. ../../docs/events.md describes the fields. */
export interface JourneyEvent {
  readonly 'detail-type': string;
  readonly detail: {
    readonly eventId: string;
    readonly occurredAt: string;
    readonly sessionId: string;
    readonly journeyId: string;
    readonly studentId: string;
    readonly sequence: number;
    /** Of TrainerJourneyStageReached alone. */
    readonly stage?: string;
    readonly etaAt?: string | null;
  };
}

/** Throws when a message is not such an event. It then returns to the queue and ends among its dead letters. */
export function parseJourneyEvent(body: string): JourneyEvent {
  const event = JSON.parse(body) as JourneyEvent | null;
  const detail = event?.detail;
  const texts = [
    event?.['detail-type'],
    detail?.eventId,
    detail?.occurredAt,
    detail?.studentId,
    detail?.journeyId,
  ];
  if (!texts.every((text) => typeof text === 'string') || typeof detail?.sequence !== 'number') {
    throw new Error('The message is not an event of the journey service.');
  }
  return event!;
}
