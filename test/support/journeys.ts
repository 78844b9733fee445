import type { EndedState, JourneyEnded, JourneyStarted } from '../../src/domain/journey';
import type { Session } from '../../src/domain/session';

const HOUR_MS = 3_600_000;

/** The start of a journey to `session`. */
export const started = (id: string, session: Session, startedAt = session.scheduledAt): JourneyStarted => ({
  kind: 'STARTED',
  sequence: 1,
  journey: {
    id,
    sessionId: session.id,
    trainerId: session.trainerId,
    studentId: session.studentId,
    state: 'EN_ROUTE',
    startedAt,
    expiresAt: startedAt + HOUR_MS,
    version: 1,
  },
});

/** The end of the journey that had this start, ten minutes later. */
export const ended = (
  { journey }: JourneyStarted,
  state: EndedState = 'ARRIVED',
  version = 7,
): JourneyEnded => ({
  kind: 'ENDED',
  sequence: 2,
  journey: { ...journey, state, version, endedAt: journey.startedAt + 600_000 },
});
