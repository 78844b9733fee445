import { Client } from 'pg';

import { createTestDatabase, type TestDatabase } from '../support/database';

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

describe('The deletion of a batch of old records', () => {
  let tables: TestDatabase;
  let client: Client;
  beforeEach(async () => {
    tables = await createTestDatabase();
    client = new Client({ connectionString: tables.url });
    await client.connect();
    // 50,000 of each, 25 a day, of which half are older than 1,000 days.
    await client.query(`
      INSERT INTO journey
        SELECT 'j-' || md5(n::text), 's-' || n, 'trainer-1', 'student-1', 'STOPPED', at, at + interval '1 hour', at, 2
        FROM (SELECT n, now() + interval '10 minutes' - n * interval '57.6 minutes' AS at FROM generate_series(1, 50000) AS n) AS one;
      INSERT INTO access_log
        SELECT 's-' || md5(n::text), 'operator-1', 'OPERATOR', date_trunc('hour', at), at
        FROM (SELECT n, now() + interval '10 minutes' - n * interval '57.6 minutes' AS at FROM generate_series(1, 50000) AS n) AS one;
      ANALYZE`);
  });
  afterEach(async () => {
    await client.end();
    await tables.drop();
  });

  const deleteBatch = async (days: number, limit = 1000) => {
    const { rows } = await client.query('SELECT * FROM delete_old_records($1, $2)', [days, limit]);
    return rows[0] as { journeys: number; access_log_lines: number };
  };
  /** The plans of the statements inside of the function. */
  const plansOf = async (work: () => Promise<unknown>): Promise<Plan[]> => {
    await client.query(`
      LOAD 'auto_explain';
      SET auto_explain.log_min_duration = 0;
      SET auto_explain.log_nested_statements = on;
      SET auto_explain.log_format = json;
      SET client_min_messages = log`);
    const plans: Plan[] = [];
    client.on('notice', ({ message = '' }) => {
      const at = message.indexOf('plan:\n');
      if (at >= 0) plans.push((JSON.parse(message.slice(at + 6)) as { Plan: Plan }).Plan);
    });
    await work();
    return plans;
  };
  const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

  it('finds them by the indexes on their times, reads no table as a whole, and sorts nothing', async () => {
    const nodes = (await plansOf(() => deleteBatch(1000))).flatMap(nodesOf);
    expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual([
      'journey_started_at_idx',
      'access_log_hour_idx',
    ]);
    const kinds = nodes.map((node) => node['Node Type']);
    expect(kinds.filter((kind) => kind === 'Tid Scan')).toHaveLength(2);
    expect(kinds.filter((kind) => ['Seq Scan', 'Sort', 'Bitmap Heap Scan'].includes(kind))).toEqual([]);
  });

  it('deletes at most a batch of each table, the oldest first, and all that are older in the end', async () => {
    const boundary = async () => {
      const { rows } = await client.query(
        `SELECT (SELECT now() - min(started_at) FROM journey) > interval '1999 days' AS journey,
                (SELECT now() - min(hour) FROM access_log) > interval '1999 days' AS line`,
      );
      return rows[0] as unknown;
    };
    expect(await boundary()).toEqual({ journey: true, line: true });
    expect(await deleteBatch(1000)).toEqual({ journeys: 1000, access_log_lines: 1000 });
    expect(await boundary()).toEqual({ journey: false, line: false });
    let deleted = { journeys: 1, access_log_lines: 1 };
    while (deleted.journeys + deleted.access_log_lines > 0) deleted = await deleteBatch(1000, 10_000);
    const { rows } = await client.query(
      `SELECT (SELECT count(*) FROM journey)::int AS journeys,
              (SELECT count(*) FROM journey WHERE ended_at < now() - interval '1000 days')::int AS old`,
    );
    expect(rows).toEqual([{ journeys: 25_000, old: 0 }]);
  });

  it('leaves rows alone that another transaction holds, without waiting for it', async () => {
    const other = new Client({ connectionString: tables.url });
    await other.connect();
    try {
      await other.query('BEGIN');
      await other.query('SELECT FROM journey ORDER BY started_at LIMIT 10 FOR UPDATE');
      expect(await deleteBatch(1990, 50_000)).toMatchObject({ journeys: 240 });
      await other.query('ROLLBACK');
      expect(await deleteBatch(1990)).toEqual({ journeys: 10, access_log_lines: 0 });
    } finally {
      await other.end();
    }
  });
});
