import type { UnattendedRead, UnattendedRequest, UnattendedSessions } from '../domain/noShows';
import { Prisma, type PrismaClient, type Session as SessionRow } from '../generated/prisma/client';
import type { Calls } from './calls';
import { toSession } from './sessionDirectory';

export class PrismaUnattendedSessions implements UnattendedSessions {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly calls: Calls,
  ) {}

  async read(request: UnattendedRequest): Promise<UnattendedRead> {
    const rows = await this.calls.run('unattended', () =>
      this.prisma.$queryRaw<Row[]>(unattendedQuery(request)),
    );
    const next = rows.filter(({ part }) => part === 'NEXT');
    const last = next.length < request.limit ? undefined : next.at(-1);
    const sessions = new Map(rows.map((row) => [row.id, toSession(row)]));
    return {
      sessions: [...sessions.values()],
      reached: last ? { scheduledAt: last.scheduledAt.getTime(), id: last.id } : null,
    };
  }
}

type Row = SessionRow & { readonly part: 'NEXT' | 'AGAIN' | 'BY_ID' };

/**
 * Each part reads by an index, and is as large as its limit: it does not matter how many sessions there are besides. With
 * NOT EXISTS in the place of the LIMIT, PostgreSQL may read all journeys instead.
 */
export function unattendedQuery({ after, until, againFrom, ids, limit }: UnattendedRequest): Prisma.Sql {
  const position = Prisma.sql`(${new Date(after.scheduledAt)}::timestamptz, ${after.id})`;
  const part = (name: Row['part'], condition: Prisma.Sql, order: Prisma.Sql): Prisma.Sql => Prisma.sql`(
    SELECT
      ${name} AS part, id, trainer_id AS "trainerId", student_id AS "studentId", status::text,
      scheduled_at AS "scheduledAt", home_latitude AS "homeLatitude", home_longitude AS "homeLongitude"
    FROM session
    WHERE ${condition} AND scheduled_at <= ${new Date(until)} AND status IN ('SCHEDULED', 'CONFIRMED')
      AND (
        SELECT id FROM journey WHERE session_id = session.id
          AND (state = 'ARRIVED' OR (state = 'EN_ROUTE' AND expires_at > ${new Date(until)}))
        LIMIT 1
      ) IS NULL
    ORDER BY ${order}
    LIMIT ${limit}
  )`;
  return Prisma.join(
    [
      part('NEXT', Prisma.sql`(scheduled_at, id) > ${position}`, Prisma.sql`scheduled_at, id`),
      part(
        'AGAIN',
        Prisma.sql`scheduled_at >= ${new Date(againFrom)} AND (scheduled_at, id) <= ${position}`,
        Prisma.sql`scheduled_at DESC, id DESC`,
      ),
      part('BY_ID', Prisma.sql`id = ANY(${ids}::text[])`, Prisma.sql`id`),
    ],
    ' UNION ALL ',
  );
}
