import type { SessionFilter, SessionPageRequest, SessionPosition } from '../domain/sessionPages';
import { Prisma } from '../generated/prisma/client';

const { empty, join, sql } = Prisma;
type Sql = Prisma.Sql;

/** PAGE: a session of the page. BEFORE and AFTER: there is one on that side of the requested range. */
export type PagePart = 'PAGE' | 'BEFORE' | 'AFTER';
type Order = 'ASC' | 'DESC';

const ORDERS: Readonly<Record<Order, Sql>> = {
  ASC: sql`scheduled_at, id`,
  DESC: sql`scheduled_at DESC, id DESC`,
};

const COLUMNS = sql`session.id, session.trainer_id, session.student_id, session.status, scheduled_at, home_latitude, home_longitude`;

/**
 * Reads a page, and whether there are sessions on both sides of its range, in one statement. Each part reads an index
 * in its order and stops at its limit: row comparisons are conditions of the index, `OR` would be none. In SQL, because
 * Prisma knows neither row comparisons nor microseconds.
 */
export function sessionPageQuery({
  filter = {},
  from = 'FIRST',
  limit,
  after,
  before,
}: SessionPageRequest): Sql {
  const range = [
    ...(after ? [sql`${place} > ${placeOf(after)}`] : []),
    ...(before ? [sql`${place} < ${placeOf(before)}`] : []),
  ];
  const order = from === 'FIRST' ? 'ASC' : 'DESC';
  // One more than requested shows whether there is a further page.
  const parts = [select('PAGE', filter, { range, order, limit: limit + 1 })];
  if (after) {
    const range = [sql`${place} <= ${placeOf(after)}`];
    parts.push(select('BEFORE', filter, { range, order: 'DESC', limit: 1 }));
  }
  if (before) {
    const range = [sql`${place} >= ${placeOf(before)}`];
    parts.push(select('AFTER', filter, { range, order: 'ASC', limit: 1 }));
  }
  return sql`
    SELECT
      part, id, trainer_id AS "trainerId", student_id AS "studentId", status::text,
      (extract(epoch FROM scheduled_at) * 1000000)::bigint::text AS "scheduledAtMicros",
      home_latitude AS "homeLatitude", home_longitude AS "homeLongitude"
    FROM (${join(parts, ' UNION ALL ')}) AS page
    ORDER BY scheduled_at, id`;
}

const place = sql`(session.scheduled_at, session.id)`;

const placeOf = ({ scheduledAtMicros, id }: SessionPosition): Sql =>
  sql`(${timeOf(scheduledAtMicros)}::timestamptz, ${id}::text)`;

/** ISO 8601 with microseconds, which PostgreSQL reads exactly. */
function timeOf(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const wholeSecond = new Date(Number((micros - fraction) / 1000n)).toISOString().slice(0, -'.000Z'.length);
  return `${wholeSecond}.${String(fraction).padStart(6, '0')}Z`;
}

interface Slice {
  readonly range: readonly Sql[];
  readonly order: Order;
  readonly limit: number;
}

function select(part: PagePart, filter: SessionFilter, { range, order, limit }: Slice): Sql {
  const { scheduledFrom, scheduledTo, trainerId, studentIds, statuses } = filter;
  const { source, conditions } = accessPath(filter);
  const all = [
    ...conditions,
    ...range,
    ...(scheduledFrom === undefined ? [] : [sql`session.scheduled_at >= ${iso(scheduledFrom)}::timestamptz`]),
    ...(scheduledTo === undefined ? [] : [sql`session.scheduled_at < ${iso(scheduledTo)}::timestamptz`]),
    ...(trainerId === undefined ? [] : [sql`session.trainer_id = ${trainerId}::text`]),
    ...(studentIds?.length === 1 ? [sql`session.student_id = ${studentIds[0]}::text`] : []),
    ...(statuses?.length === 1 ? [sql`session.status = ${statuses[0]}::text::session_status`] : []),
  ];
  const where = all.length > 0 ? sql`WHERE ${join(all, ' AND ')}` : empty;
  return sql`(
    SELECT ${part}::text AS part, found.* FROM ${source} LATERAL (
      SELECT ${COLUMNS} FROM session ${where} ORDER BY ${ORDERS[order]} LIMIT ${limit}::int
    ) AS found
    ORDER BY ${ORDERS[order]} LIMIT ${limit}::int
  )`;
}

/**
 * Each index holds the sessions of one trainer, student or status by time. Where a list of students or statuses is
 * all that could choose the index, it is read once for each of them; else such a list only filters the few that a
 * trainer's or student's index holds.
 */
function accessPath({ trainerId, studentIds, statuses }: SessionFilter): { source: Sql; conditions: Sql[] } {
  const someStudents = studentIds !== undefined && studentIds.length !== 1;
  const someStatuses = statuses !== undefined && statuses.length !== 1;
  const students = sql`${[...(studentIds ?? [])]}::text[]`;
  const states = sql`${[...(statuses ?? [])]}::text[]::session_status[]`;
  if (trainerId === undefined && someStudents) {
    return {
      source: sql`unnest(${students}) AS wanted (student_id) CROSS JOIN`,
      conditions: [
        sql`session.student_id = wanted.student_id`,
        ...(someStatuses ? [sql`session.status = ANY (${states})`] : []),
      ],
    };
  }
  if (trainerId === undefined && studentIds === undefined && someStatuses) {
    return {
      source: sql`unnest(${states}) AS wanted (status) CROSS JOIN`,
      conditions: [sql`session.status = wanted.status`],
    };
  }
  return {
    source: empty,
    conditions: [
      ...(someStudents ? [sql`session.student_id = ANY (${students})`] : []),
      ...(someStatuses ? [sql`session.status = ANY (${states})`] : []),
    ],
  };
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
