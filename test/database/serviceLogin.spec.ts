import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

import { createDatabase } from '../../src/database/client';
import { migrate } from '../../src/database/migrate';
import { ended, started } from '../events/changes';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** As on RDS: whoever migrates owns the tables and may make roles, but is no superuser. */
describe("The service's login", () => {
  const suffix = randomUUID().slice(0, 8);
  const owner = { user: `owner_${suffix}`, password: 'of the owner' };
  const first = { user: `service_a_${suffix}`, password: 'of the "first" login\'s' };
  const second = { user: `service_b_${suffix}`, password: 'of the second login' };
  let database: TestDatabase;
  let superuser: Client;
  let ownerUrl: string;

  const urlOf = ({ user, password }: { user: string; password: string }): string => {
    const url = new URL(database.url);
    Object.assign(url, { username: user, password: encodeURIComponent(password) });
    return url.href;
  };
  const as = async <T>(login: { user: string; password: string }, work: (client: Client) => Promise<T>) => {
    const client = new Client({ connectionString: urlOf(login) });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    superuser = new Client({ connectionString: database.url });
    await superuser.connect();
    const name = new URL(database.url).pathname.slice(1);
    await superuser.query(`
      DROP SCHEMA public CASCADE;
      CREATE ROLE ${owner.user} LOGIN CREATEROLE PASSWORD '${owner.password}';
      ALTER DATABASE ${name} OWNER TO ${owner.user};
      CREATE SCHEMA public AUTHORIZATION ${owner.user};
      REVOKE ALL ON SCHEMA public FROM PUBLIC;`);
    ownerUrl = urlOf(owner);
    await migrate(ownerUrl, { serviceLogin: first });
  });
  afterAll(async () => {
    await superuser.end();
    await database.drop();
    const template = new Client({ connectionString: process.env.TEST_DATABASE_URL });
    await template.connect();
    for (const { user } of [first, second, owner]) await template.query(`DROP ROLE IF EXISTS ${user}`);
    await template.end();
  });

  it('can do all that the service does', async () => {
    const service = createDatabase({ url: urlOf(first), poolSize: 2, timeoutMs: 5000 });
    try {
      const start = started();
      await service.journeys.record([start]);
      await service.journeys.record([ended(start)]);
      await superuser.query(`INSERT INTO session VALUES
        ('${start.journey.sessionId}', 'trainer-1', 'student-1', 'CONFIRMED', now(), 1, 1)`);
      const found = await service.sessions.findByIds([start.journey.sessionId]);
      expect(found.get(start.journey.sessionId)).toMatchObject({ lastJourney: { state: 'ARRIVED' } });
      expect(await service.sessions.page({ limit: 10 })).toMatchObject({
        entries: [{ session: { status: 'CONFIRMED' } }],
      });
    } finally {
      await service.close();
    }
  });

  it('can delete old records by the function that refuses the newest, and by nothing else', async () => {
    await superuser.query(`
      DELETE FROM journey;
      INSERT INTO journey SELECT id, id, 'trainer-1', 'student-1', 'STOPPED', at, at + interval '1 hour', at, 2
        FROM (VALUES ('old', now() - interval '3 days'), ('new', now())) AS one (id, at);
      INSERT INTO access_log SELECT id, 'operator-1', 'OPERATOR', date_trunc('hour', at), at
        FROM (VALUES ('old', now() - interval '3 days'), ('new', now())) AS one (id, at);`);
    const deleteOlderThan = (client: Client, days: number) =>
      client.query('SELECT * FROM delete_old_records($1, 1000)', [days]);
    await as(first, async (client) => {
      for (const days of [0, -1])
        await expect(deleteOlderThan(client, days)).rejects.toMatchObject({ code: '22023' });
      expect((await deleteOlderThan(client, 1)).rows).toEqual([{ journeys: 1, access_log_lines: 1 }]);
    });
    const left = await superuser.query(
      'SELECT session_id FROM journey UNION ALL SELECT session_id FROM access_log',
    );
    expect(left.rows).toEqual([{ session_id: 'new' }, { session_id: 'new' }]);
    const { rows } = await superuser.query(
      "SELECT has_function_privilege('public', 'delete_old_records(int, int)', 'EXECUTE') AS anybody",
    );
    expect(rows).toEqual([{ anybody: false }]);
  });

  it.each([
    ['change a booking', "UPDATE session SET status = 'CANCELLED'"],
    ['make a booking', "INSERT INTO session (id) VALUES ('x')"],
    ['delete a durable record', 'DELETE FROM journey'],
    ['empty the durable records', 'TRUNCATE journey'],
    ['read the access log', 'SELECT * FROM access_log'],
    ['delete from the access log', 'DELETE FROM access_log'],
    ['change the schema', 'ALTER TABLE journey ADD COLUMN x int'],
    ['add to the schema', 'CREATE TABLE mine (id int)'],
    ['make a login', 'CREATE ROLE mine'],
    ['look at the migrations', 'SELECT * FROM _prisma_migrations'],
  ])("can't %s", async (_, sql) => {
    await as(first, (client) =>
      expect(client.query(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^42501$/) }),
    );
  });

  it('has its password changed by the next migration, and works on meanwhile where it is logged in', async () => {
    const changed = { ...first, password: 'another one' };
    await as(first, async (client) => {
      await migrate(ownerUrl, { serviceLogin: changed });
      await client.query('SELECT count(*) FROM session');
    });
    await expect(as(first, async () => undefined)).rejects.toMatchObject({ code: '28P01' });
    await as(changed, (client) => client.query('SELECT count(*) FROM journey'));
  });

  it('can be another one, beside the former until that is locked', async () => {
    await migrate(ownerUrl, { serviceLogin: second });
    await as(second, (client) => client.query('SELECT count(*) FROM journey'));
    await as({ ...first, password: 'another one' }, (client) => client.query('SELECT count(*) FROM journey'));
    await as(owner, (client) => client.query(`ALTER ROLE ${first.user} NOLOGIN`));
    await expect(as({ ...first, password: 'another one' }, async () => undefined)).rejects.toMatchObject({
      code: '28000',
    });
  });

  it("can't be the login that migrates", async () => {
    await expect(migrate(ownerUrl, { serviceLogin: owner })).rejects.toThrow('is the login that migrates');
  });
});
