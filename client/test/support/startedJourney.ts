/** A journey as startJourney answers it. */
export const startedJourney = {
  __typename: 'Journey',
  id: 'journey-1',
  sessionId: 'session-1',
  trainerId: 'trainer-1',
  studentId: 'student-1',
  state: 'EN_ROUTE',
  startedAt: '2026-05-04T08:00:00.000Z',
  expiresAt: '2026-05-04T09:00:00.000Z',
  endedAt: null,
} as const;
