import { eventIdOf, type JourneyChange } from '../domain/journey';

/** What subscribers read. Times are ISO-8601 in UTC. It never holds a coordinate. */
export interface BusEventDetail {
  readonly schemaVersion: 1;
  /** The same on every delivery of the same change: subscribers drop what they have seen. */
  readonly eventId: string;
  readonly occurredAt: string;
  readonly sessionId: string;
  readonly journeyId: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly startedAt: string;
  /** From here on: of an end alone. */
  readonly endedAt?: string;
  readonly reason?: string;
}

export interface BusEvent {
  readonly type: 'TrainerJourneyStarted' | 'TrainerJourneyEnded';
  readonly detail: BusEventDetail;
}

export function busEventOf(change: JourneyChange): BusEvent {
  const { journey } = change;
  const facts = {
    sessionId: journey.sessionId,
    journeyId: journey.id,
    trainerId: journey.trainerId,
    studentId: journey.studentId,
    startedAt: isoTime(journey.startedAt),
  };
  const event = (occurredAt: string) => ({
    schemaVersion: 1 as const,
    eventId: eventIdOf(change),
    occurredAt,
  });
  if (change.kind === 'STARTED') {
    return { type: 'TrainerJourneyStarted', detail: { ...event(facts.startedAt), ...facts } };
  }
  const endedAt = isoTime(change.journey.endedAt);
  return {
    type: 'TrainerJourneyEnded',
    detail: { ...event(endedAt), ...facts, endedAt, reason: change.journey.state },
  };
}

const isoTime = (epochMs: number): string => new Date(epochMs).toISOString();
