import { Client } from 'pg';

import { unattendedQuery } from '../../src/database/unattendedSessions';
import { createTestDatabase, type TestDatabase } from '../support/database';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const MINUTE_MS = 60_000;

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

describe('The read of the sessions that are due', () => {
  let tables: TestDatabase;
  let client: Client;
  beforeEach(async () => {
    tables = await createTestDatabase();
    client = new Client({ connectionString: tables.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await tables.drop();
  });

  /** Sessions every so many ms of the day around now, and for every second one a journey that arrived. */
  const book = async (count: number, name: string): Promise<void> => {
    const everyMs = (24 * 60 * MINUTE_MS) / count;
    await client.query(
      `INSERT INTO session SELECT $1 || n, 'trainer-' || n, 'student-' || n, 'CONFIRMED',
         to_timestamp(($2 + n * $3::float) / 1000), 52.5, 13.4 FROM generate_series(1, $4) AS n`,
      [name, NOW - (24 * 60 * MINUTE_MS) / 2, everyMs, count],
    );
    await client.query(
      `INSERT INTO journey SELECT 'j-' || id, id, trainer_id, student_id, 'ARRIVED', scheduled_at,
         scheduled_at + interval '1 hour', scheduled_at + interval '20 minutes', 3
       FROM session WHERE id LIKE $1 || '%' AND scheduled_at < to_timestamp($2::float / 1000) AND right(id, 1) IN ('0', '2', '4', '6', '8')`,
      [name, NOW],
    );
    await client.query('ANALYZE');
  };

  const query = (dueSince: number) =>
    unattendedQuery({
      after: { scheduledAt: dueSince, id: '' },
      until: NOW - 15 * MINUTE_MS,
      againFrom: dueSince - 10 * MINUTE_MS,
      ids: ['session-7', 'unknown'],
      limit: 5000,
    });

  const explain = async (dueSince: number): Promise<Plan> => {
    const { text, values } = query(dueSince);
    const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
      values,
    );
    return rows[0]!['QUERY PLAN'][0].Plan;
  };
  const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
  const blocksOf = (plan: Plan): number => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

  it('costs the same with 99,000 sessions more that wait for their time, and reads no table as a whole', async () => {
    await book(1000, 'session-');
    const dueSince = NOW - 75 * MINUTE_MS;
    const few = await explain(dueSince);
    await client.query(
      `INSERT INTO session SELECT 'waiting-' || n, 'trainer-' || n, 'student-' || n, 'CONFIRMED',
         to_timestamp(($1 + n * 900::float) / 1000), 52.5, 13.4 FROM generate_series(1, 99000) AS n`,
      [NOW],
    );
    await client.query('ANALYZE');
    const many = await explain(dueSince);
    expect(blocksOf(few)).toBeGreaterThan(50);
    expect(blocksOf(many)).toBeLessThan(1.5 * blocksOf(few));
    expect(nodesOf(many).filter((node) => node['Node Type'] === 'Seq Scan')).toEqual([]);
  }, 60_000);

  it('finds each due session that nobody has arrived at, and no other', async () => {
    await book(1000, 'session-');
    const { text, values } = query(NOW - 60 * MINUTE_MS);
    const { rows } = await client.query<{ id: string; part: string }>(text, values);
    const { rows: expected } = await client.query<{ id: string }>(
      `SELECT id FROM session WHERE scheduled_at <= to_timestamp($1::float / 1000) AND scheduled_at > to_timestamp($2::float / 1000)
         AND NOT EXISTS (SELECT FROM journey WHERE session_id = session.id) ORDER BY scheduled_at`,
      [NOW - 15 * MINUTE_MS, NOW - 60 * MINUTE_MS],
    );
    expect(expected.length).toBeGreaterThan(10);
    expect(rows.filter(({ part }) => part === 'NEXT').map(({ id }) => id)).toEqual(
      expected.map(({ id }) => id),
    );
    expect(rows.filter(({ part }) => part === 'BY_ID').map(({ id }) => id)).toEqual(['session-7']);
  });
});
