import { randomUUID } from 'node:crypto';

import type { AlertStatus } from '../../src/domain/alert';
import type {
  AlertChanged,
  JourneyEnded,
  JourneyStarted,
  NoShowChanged,
  StageReached,
} from '../../src/domain/journey';

const STARTED_AT = Date.UTC(2026, 2, 1, 9, 30);

export function started(id: string = randomUUID()): JourneyStarted {
  const journey = {
    id,
    sessionId: `session-of-${id}`,
    trainerId: 'trainer-1',
    studentId: 'student-1',
    startedAt: STARTED_AT,
    expiresAt: STARTED_AT + 3_600_000,
    version: 1,
    state: 'EN_ROUTE' as const,
  };
  return { kind: 'STARTED', sequence: 1, journey };
}

export function stageReached({ journey }: JourneyStarted, sequence = 2): StageReached {
  return {
    kind: 'STAGE_REACHED',
    sequence,
    journey: { ...journey, version: 5 },
    stage: 'APPROACHING',
    reachedAt: STARTED_AT + 600_000,
    etaAt: STARTED_AT + 840_000,
  };
}

export function alertChanged({ journey }: JourneyStarted, sequence = 2): AlertChanged {
  const changedAt = STARTED_AT + 700_000;
  return { kind: 'ALERT', sequence, journey, alert: 'SIGNAL_LOST', status: 'RAISED', changedAt };
}

export const noShow = (sessionId: string, status: AlertStatus = 'RAISED'): NoShowChanged => ({
  kind: 'NO_SHOW',
  sessionId,
  trainerId: 'trainer-1',
  studentId: 'student-1',
  scheduledAt: STARTED_AT,
  status,
  changedAt: STARTED_AT + 900_000,
});

export function ended({ journey }: JourneyStarted, sequence = 2): JourneyEnded {
  const end = { ...journey, version: 7, state: 'ARRIVED' as const, endedAt: STARTED_AT + 900_000 };
  return { kind: 'ENDED', sequence, journey: end };
}
