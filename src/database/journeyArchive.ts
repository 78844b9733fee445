import { countsOf, type Journey, type JourneyChange } from '../domain/journey';
import type { JourneyArchive, NewestJourneysRequest } from '../domain/ports';
import { Prisma, type PrismaClient } from '../generated/prisma/client';
import type { Calls } from './calls';
import { JOURNEY_COLUMNS, toJourney, type JourneyRow } from './journeyRow';

export class PrismaJourneyArchive implements JourneyArchive {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly calls: Calls,
  ) {}

  async record(changes: readonly JourneyChange[]): Promise<void> {
    if (changes.length === 0) return;
    const journeys = latestOfEach(changes);
    const column = <Value>(of: (journey: Journey) => Value): Value[] => journeys.map(of);
    const time = (of: (journey: Journey) => number | null): (Date | null)[] =>
      column((journey) => {
        const milliseconds = of(journey);
        return milliseconds === null ? null : new Date(milliseconds);
      });

    // One statement writes all journeys or none. Its text is the same for any number of them, since each column is one array.
    // An end is final: whatever arrives after it, in whatever order and however often, changes nothing.
    await this.calls.run(
      'record',
      () => this.prisma.$executeRaw`
        INSERT INTO journey AS stored
          (id, session_id, trainer_id, student_id, state, started_at, expires_at, ended_at, version,
            driven_meters, signal_lost_seconds, rejected_fixes, late_seconds)
        SELECT * FROM unnest(
          ${column((journey) => journey.id)}::text[],
          ${column((journey) => journey.sessionId)}::text[],
          ${column((journey) => journey.trainerId)}::text[],
          ${column((journey) => journey.studentId)}::text[],
          ${column((journey) => journey.state)}::text[]::journey_state[],
          ${time((journey) => journey.startedAt)}::timestamptz[],
          ${time((journey) => journey.expiresAt)}::timestamptz[],
          ${time(endOf)}::timestamptz[],
          ${column((journey) => journey.version)}::int[],
          ${column((journey) => countsOf(journey).drivenMeters)}::int[],
          ${column((journey) => countsOf(journey).signalLostSeconds)}::int[],
          ${column((journey) => countsOf(journey).rejectedFixes)}::int[],
          ${column((journey) => countsOf(journey).lateSeconds)}::int[]
        )
        ON CONFLICT (id) DO UPDATE
          SET state = excluded.state, ended_at = excluded.ended_at, version = excluded.version,
            driven_meters = excluded.driven_meters, signal_lost_seconds = excluded.signal_lost_seconds,
            rejected_fixes = excluded.rejected_fixes, late_seconds = excluded.late_seconds
          WHERE stored.state = 'EN_ROUTE' AND excluded.state <> 'EN_ROUTE'`,
    );
  }

  async newestOf(
    requests: readonly NewestJourneysRequest[],
    { trainerId, studentIds }: { readonly trainerId?: string; readonly studentIds?: readonly string[] },
  ): Promise<readonly (readonly Journey[])[]> {
    const { empty, sql } = Prisma;
    const rows = await this.calls.run(
      'newestOf',
      () => this.prisma.$queryRaw<NewestRow[]>`
        SELECT wanted.position::int, newest.*
        FROM unnest(
          ${requests.map(({ sessionId }) => sessionId)}::text[], ${requests.map(({ limit }) => limit)}::int[]
        ) WITH ORDINALITY AS wanted (session_id, size, position)
        CROSS JOIN LATERAL (
          SELECT ${JOURNEY_COLUMNS} FROM journey
          WHERE session_id = wanted.session_id
            ${trainerId === undefined ? empty : sql`AND trainer_id = ${trainerId}`}
            ${studentIds === undefined ? empty : sql`AND student_id = ANY (${[...studentIds]}::text[])`}
          ORDER BY started_at DESC
          LIMIT wanted.size
        ) AS newest
        ORDER BY wanted.position, newest."startedAt" DESC`,
    );
    const found: Journey[][] = requests.map(() => []);
    for (const row of rows) found[row.position - 1]!.push(toJourney(row));
    return found;
  }
}

type NewestRow = JourneyRow & { readonly position: number };

const endOf = (journey: Journey): number | null => (journey.state === 'EN_ROUTE' ? null : journey.endedAt);

/**
 * The newest state of each journey in the batch, because a statement cannot write the same row twice. They are sorted by
 * id, so that two processes that write the same rows wait for each other instead of deadlocking.
 */
function latestOfEach(changes: readonly JourneyChange[]): readonly Journey[] {
  const latest = new Map<string, Journey>();
  for (const { journey } of changes) {
    if (journey.version >= (latest.get(journey.id)?.version ?? 0)) latest.set(journey.id, journey);
  }
  return [...latest.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}
