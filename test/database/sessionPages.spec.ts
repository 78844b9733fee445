import { Client } from 'pg';

import { createDatabase, type Database } from '../../src/database/client';
import { sessionsByIdQuery } from '../../src/database/sessionDirectory';
import { sessionPageQuery } from '../../src/database/sessionPageQuery';
import type { SessionFilter, SessionPage, SessionPageRequest } from '../../src/domain/sessionPages';
import type { SessionStatus } from '../../src/domain/session';
import { createTestDatabase, type TestDatabase } from '../support/database';

const BEGIN = Date.parse('2026-05-01T00:00:00.000Z');
const STATUSES: readonly SessionStatus[] = ['SCHEDULED', 'CONFIRMED', 'COMPLETED', 'CANCELLED'];

describe('Pages of sessions', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let client: Client;
  /** 12 sessions, four in each millisecond, a microsecond apart; in the order of their places. */
  const booked = Array.from({ length: 12 }, (_, index) => ({
    id: `s-${String(100 - index)}`,
    trainerId: `t-${index % 2}`,
    studentId: `u-${index % 3}`,
    status: STATUSES[index % 4]!,
    micros: BigInt(BEGIN) * 1000n + BigInt(Math.floor(index / 4) * 1000 + (index % 4)),
  }));

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = createDatabase({ url: testDatabase.url, poolSize: 2, timeoutMs: 5_000 });
    client = new Client({ connectionString: testDatabase.url });
    await client.connect();
    // As a booking system may have it, whose table this is.
    await client.query('ALTER TABLE session ALTER COLUMN scheduled_at TYPE timestamptz(6)');
    await client.query(
      `INSERT INTO session (id, trainer_id, student_id, status, scheduled_at, home_latitude, home_longitude)
       SELECT id, trainer, student, status::session_status, 'epoch'::timestamptz + micros * interval '1 microsecond', 1, 2
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) AS t (id, trainer, student, status, micros)`,
      [
        booked.map(({ id }) => id),
        booked.map(({ trainerId }) => trainerId),
        booked.map(({ studentId }) => studentId),
        booked.map(({ status }) => status),
        booked.map(({ micros }) => String(micros)),
      ],
    );
  });

  afterAll(async () => {
    await client.end();
    await database.close();
    await testDatabase.drop();
  });

  const idsOf = ({ entries }: SessionPage): string[] => entries.map(({ session }) => session.id);
  const matching = ({ scheduledFrom, scheduledTo, statuses, trainerId, studentIds }: SessionFilter) =>
    booked
      .filter(
        ({ micros, ...session }) =>
          (scheduledFrom === undefined || micros >= BigInt(scheduledFrom) * 1000n) &&
          (scheduledTo === undefined || micros < BigInt(scheduledTo) * 1000n) &&
          (!statuses || statuses.includes(session.status)) &&
          (!trainerId || trainerId === session.trainerId) &&
          (!studentIds || studentIds.includes(session.studentId)),
      )
      .map(({ id }) => id);

  const filters: [string, SessionFilter][] = [
    ['all', {}],
    ['a trainer', { trainerId: 't-1' }],
    ['a student', { studentIds: ['u-2'] }],
    ['several students', { studentIds: ['u-2', 'u-0', 'nobody'] }],
    ['no students', { studentIds: [] }],
    ['a status', { statuses: ['COMPLETED'] }],
    ['several statuses', { statuses: ['COMPLETED', 'SCHEDULED'] }],
    ['a trainer and statuses', { trainerId: 't-0', statuses: ['COMPLETED', 'SCHEDULED'] }],
    ['a trainer and students', { trainerId: 't-0', studentIds: ['u-1', 'u-2'] }],
    ['students and statuses', { studentIds: ['u-1', 'u-2'], statuses: ['CONFIRMED', 'CANCELLED'] }],
    ['a time', { scheduledFrom: BEGIN + 1, scheduledTo: BEGIN + 2 }],
    ['a time and a student', { scheduledFrom: BEGIN + 1, studentIds: ['u-0'] }],
  ];

  it.each(filters)('hold each session once in both directions, by %s', async (_, filter) => {
    const expected = matching(filter);
    for (const limit of [1, 2, 5, 100]) {
      const forward: string[] = [];
      for (let request: SessionPageRequest | null = { filter, limit }; request;) {
        const page = await database.sessions.page(request);
        forward.push(...idsOf(page));
        expect(page.hasPreviousPage).toBe(request.after !== undefined);
        expect(page.hasNextPage).toBe(forward.length < expected.length);
        request = page.hasNextPage ? { filter, limit, after: page.entries.at(-1)!.position } : null;
      }
      expect(forward).toEqual(expected);

      const backward: string[] = [];
      for (let request: SessionPageRequest | null = { filter, limit, from: 'LAST' }; request;) {
        const page = await database.sessions.page(request);
        backward.unshift(...idsOf(page));
        expect(page.hasNextPage).toBe(request.before !== undefined);
        expect(page.hasPreviousPage).toBe(backward.length < expected.length);
        request = page.hasPreviousPage
          ? { filter, limit, from: 'LAST', before: page.entries[0]!.position }
          : null;
      }
      expect(backward).toEqual(expected);
    }
  });

  it('lie between two cursors where both are given, and say what lies around', async () => {
    const { entries } = await database.sessions.page({ limit: 100 });
    const [after, before] = [entries[2]!.position, entries[8]!.position];
    const ids = booked.map(({ id }) => id);
    const page = (request: Partial<SessionPageRequest>) =>
      database.sessions.page({ limit: 100, after, before, ...request });
    expect(idsOf(await page({}))).toEqual(ids.slice(3, 8));
    expect(await page({})).toMatchObject({ hasPreviousPage: true, hasNextPage: true });
    expect(idsOf(await page({ limit: 2, from: 'LAST' }))).toEqual(ids.slice(6, 8));
    const beyond = await database.sessions.page({ limit: 5, after: entries.at(-1)!.position });
    expect(beyond).toEqual({ entries: [], hasNextPage: false, hasPreviousPage: true });
  });

  it('give the whole milliseconds of a time to readers, and its microseconds to positions', async () => {
    const { entries } = await database.sessions.page({ limit: 100 });
    expect(entries.map(({ position }) => position.scheduledAtMicros)).toEqual(
      booked.map(({ micros }) => micros),
    );
    expect(entries.map(({ session }) => session.scheduledAt)).toEqual(
      booked.map((_, index) => BEGIN + Math.floor(index / 4)),
    );
  });
});

describe('Among very many sessions', () => {
  const SESSIONS = 1_000_000;
  const SESSIONS_OF_A_TRAINER = 2000;
  let testDatabase: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    client = new Client({ connectionString: testDatabase.url });
    await client.connect();
    const { rows } = await client.query<{ name: string; definition: string }>(
      `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
       WHERE tablename = 'session' AND indexname <> 'session_pkey'`,
    );
    // To build each index at the end takes a third of the time.
    for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
    await client.query(
      `INSERT INTO session (id, trainer_id, student_id, status, scheduled_at, home_latitude, home_longitude)
       SELECT 'session-' || n, 'trainer-' || n % ${SESSIONS / SESSIONS_OF_A_TRAINER}, 'student-' || n % 20000,
         (CASE WHEN n % 1000 = 0 THEN 'CANCELLED' WHEN n % 100 = 0 THEN 'CONFIRMED' ELSE 'COMPLETED' END)::session_status,
         timestamptz '2026-01-01' + n * interval '1 minute', 41.88, -87.63
       FROM generate_series(1, ${SESSIONS}) AS n`,
    );
    for (const { definition } of rows) await client.query(definition);
    await client.query('ANALYZE session');
  }, 120_000);

  afterAll(async () => {
    await client.end();
    await testDatabase.drop();
  });

  const planOf = async ({ text, values }: { text: string; values: unknown[] }): Promise<PlanNode[]> => {
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>({
      text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values: [...values],
    });
    return flatten(rows[0]!['QUERY PLAN'][0].Plan);
  };

  const places = {
    'the first page': {},
    'the last page': { from: 'LAST' },
    'a page after a cursor': { after: { scheduledAtMicros: BigInt(BEGIN) * 1000n, id: 'session-5' } },
    'a page before a cursor': {
      from: 'LAST',
      before: { scheduledAtMicros: BigInt(BEGIN) * 1000n, id: 'session-5' },
    },
  } as const satisfies Record<string, Partial<SessionPageRequest>>;
  const whose: [string, SessionFilter][] = [
    ['an operator', {}],
    ['a trainer', { trainerId: 'trainer-7' }],
    ['a student', { studentIds: ['student-7'] }],
    ['a guardian of several students', { studentIds: ['student-7', 'student-8', 'student-9000'] }],
    ['a trainer who names a student', { trainerId: 'trainer-7', studentIds: ['student-507'] }],
  ];
  const filters: [string, SessionFilter][] = [
    ['without a filter', {}],
    ['by time', { scheduledFrom: BEGIN, scheduledTo: BEGIN + 86_400_000 }],
    ['by a rare status', { statuses: ['CANCELLED'] }],
    ['by a status that does not occur', { statuses: ['SCHEDULED'] }],
    ['by several statuses', { statuses: ['CANCELLED', 'SCHEDULED', 'CONFIRMED'] }],
    ['by time and status', { scheduledFrom: BEGIN, statuses: ['CONFIRMED', 'CANCELLED'] }],
  ];

  describe.each(whose)('%s', (_, own) => {
    it.each(filters)('reads %s by an index, and few rows of it', async (_name, filter) => {
      for (const [place, request] of Object.entries(places)) {
        const { text, values } = sessionPageQuery({ limit: 100, filter: { ...own, ...filter }, ...request });
        const nodes = await planOf({ text, values });
        expect([place, nodes.filter((node) => node['Node Type'] === 'Seq Scan')]).toEqual([place, []]);
        const rowsRead = nodes
          .filter((node) => node['Node Type'].includes('Scan') && node['Relation Name'] === 'session')
          .map(
            (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
          );
        expect([place, Math.max(...rowsRead) <= SESSIONS_OF_A_TRAINER]).toEqual([place, true]);
      }
    });
  });

  it('a page of no-shows reads its sessions by their ids, and none besides', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `session-${index * 9000 + 1}`);
    const nodes = await planOf(sessionsByIdQuery(ids));
    const reads = nodes.filter((node) => node['Relation Name'] === 'session');
    expect(reads.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const rows = reads.reduce((sum, node) => sum + node['Actual Rows'] * node['Actual Loops'], 0);
    expect(rows).toBe(100);
  });
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const flatten = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flatten)];
