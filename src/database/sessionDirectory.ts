import type { SessionDirectory, SessionRecord } from '../domain/ports';
import type { Session } from '../domain/session';
import { millisecondsOf, type SessionPage, type SessionPageRequest } from '../domain/sessionPages';
import { Prisma, type PrismaClient, type Session as SessionRow } from '../generated/prisma/client';
import type { Calls } from './calls';
import { JOURNEY_COLUMNS, toJourney, type JourneyRow } from './journeyRow';
import { sessionPageQuery, type PagePart } from './sessionPageQuery';

export class PrismaSessionDirectory implements SessionDirectory {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly calls: Calls,
  ) {}

  async findByIds(sessionIds: readonly string[]): Promise<ReadonlyMap<string, SessionRecord>> {
    if (sessionIds.length === 0) return new Map();
    const rows = await this.calls.run('findByIds', () =>
      this.prisma.$queryRaw<RecordRow[]>(sessionsByIdQuery(sessionIds)),
    );
    return new Map(
      rows.map((row) => [
        row.id,
        { session: toSession(row), lastJourney: row.journeyId === null ? null : toJourney(row) },
      ]),
    );
  }

  async page(request: SessionPageRequest): Promise<SessionPage> {
    const rows = await this.calls.run('page', () =>
      this.prisma.$queryRaw<PageRow[]>(sessionPageQuery(request)),
    );
    const inRange = rows.filter(({ part }) => part === 'PAGE');
    const { from = 'FIRST', limit } = request;
    const hasMore = inRange.length > limit;
    const isAround = (side: PagePart): boolean => rows.some(({ part }) => part === side);
    const page = from === 'FIRST' ? inRange.slice(0, limit) : inRange.slice(-limit);
    return {
      entries: page.map(toEntry),
      hasNextPage: (from === 'FIRST' && hasMore) || isAround('AFTER'),
      hasPreviousPage: (from === 'LAST' && hasMore) || isAround('BEFORE'),
    };
  }
}

/** In SQL, because Prisma reads a relation in a second round trip, and can't limit it to one row of each session. */
export const sessionsByIdQuery = (sessionIds: readonly string[]): Prisma.Sql => Prisma.sql`
  SELECT
    session.id, session.trainer_id AS "trainerId", session.student_id AS "studentId",
    session.status::text, session.scheduled_at AS "scheduledAt",
    session.home_latitude AS "homeLatitude", session.home_longitude AS "homeLongitude",
    newest.*
  FROM session
  LEFT JOIN LATERAL (
    SELECT ${JOURNEY_COLUMNS} FROM journey
    WHERE session_id = session.id
    ORDER BY started_at DESC
    LIMIT 1
  ) AS newest ON true
  WHERE session.id = ANY(${[...sessionIds]}::text[])`;

type PageRow = Omit<SessionRow, 'scheduledAt'> & {
  readonly part: PagePart;
  /** As text, because a number or a Date can't hold it. */
  readonly scheduledAtMicros: string;
};

function toEntry({ scheduledAtMicros, ...row }: PageRow): SessionPage['entries'][number] {
  const position = { scheduledAtMicros: BigInt(scheduledAtMicros), id: row.id };
  return { session: toSession({ ...row, scheduledAt: new Date(millisecondsOf(position)) }), position };
}

type RecordRow = SessionRow & (JourneyRow | { readonly journeyId: null });

export const toSession = (row: SessionRow): Session => ({
  id: row.id,
  trainerId: row.trainerId,
  studentId: row.studentId,
  status: row.status,
  scheduledAt: row.scheduledAt.getTime(),
  home: { latitude: row.homeLatitude, longitude: row.homeLongitude },
});
