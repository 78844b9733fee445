import { withSummary, type Journey, type JourneyCounts } from '../domain/journey';
import { Prisma } from '../generated/prisma/client';

/** What a statement selects of `journey` for `toJourney`. */
export const JOURNEY_COLUMNS = Prisma.sql`
  journey.id AS "journeyId", journey.session_id AS "journeySessionId", journey.state::text AS "journeyState",
  journey.trainer_id AS "journeyTrainerId", journey.student_id AS "journeyStudentId", journey.started_at AS "startedAt",
  journey.expires_at AS "expiresAt", journey.ended_at AS "endedAt", journey.version,
  journey.driven_meters AS "drivenMeters", journey.signal_lost_seconds AS "signalLostSeconds",
  journey.rejected_fixes AS "rejectedFixes", journey.late_seconds AS "lateSeconds"`;

export type JourneyRow = EnRouteRow | EndedRow;

interface JourneyFields {
  readonly journeyId: string;
  readonly journeySessionId: string;
  readonly journeyTrainerId: string;
  readonly journeyStudentId: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  readonly version: number;
}

interface EnRouteRow extends JourneyFields {
  readonly journeyState: 'EN_ROUTE';
}

interface EndedRow extends JourneyFields, JourneyCounts {
  readonly journeyState: 'ARRIVED' | 'STOPPED' | 'EXPIRED' | 'CANCELLED';
  readonly endedAt: Date;
}

export function toJourney(row: JourneyRow): Journey {
  const fields = {
    id: row.journeyId,
    sessionId: row.journeySessionId,
    trainerId: row.journeyTrainerId,
    studentId: row.journeyStudentId,
    startedAt: row.startedAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    version: row.version,
  };
  if (row.journeyState === 'EN_ROUTE') return { ...fields, state: row.journeyState };
  return withSummary({ ...fields, state: row.journeyState, endedAt: row.endedAt.getTime() }, row);
}
