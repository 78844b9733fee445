import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { migrate } from '../../src/database/migrate';
import { createTestDatabase, type TestDatabase } from '../support/database';

const committed = join(__dirname, '../../prisma/migrations');

describe('Migrations', () => {
  let database: TestDatabase;
  let client: Client;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    folder = await mkdtemp(join(tmpdir(), 'journey-migrations-'));
    await cp(committed, folder, { recursive: true });
  });

  afterEach(async () => {
    await client.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const add = async (name: string, sql: string): Promise<void> => {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'migration.sql'), sql);
  };

  const history = async (): Promise<unknown[]> =>
    (
      await client.query(
        `SELECT migration_name, finished_at IS NOT NULL AS finished, rolled_back_at IS NOT NULL AS undone
         FROM _prisma_migrations WHERE migration_name LIKE '2099%' ORDER BY started_at`,
      )
    ).rows;

  it('have nothing to do in a database that is up to date', async () => {
    await expect(migrate(database.url)).resolves.toEqual({ applied: [], modified: [] });
  });

  it('are applied in the order of their names and written down as Prisma does', async () => {
    await add('20990102000000_second', 'ALTER TABLE one ADD COLUMN two int;');
    await add('20990101000000_first', 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).resolves.toEqual({
      applied: ['20990101000000_first', '20990102000000_second'],
      modified: [],
    });
    await expect(history()).resolves.toEqual([
      { migration_name: '20990101000000_first', finished: true, undone: false },
      { migration_name: '20990102000000_second', finished: true, undone: false },
    ]);
  });

  it('are applied once when two processes migrate at the same moment', async () => {
    await add('20990101000000_slow', 'CREATE TABLE one (id int); SELECT pg_sleep(0.3);');
    const applied = await Promise.all([migrate(database.url, { folder }), migrate(database.url, { folder })]);
    expect(applied.flatMap((report) => report.applied)).toEqual(['20990101000000_slow']);
  });

  it('fail with a reason and change nothing, and go through once they are fixed', async () => {
    const name = '20990101000000_broken';
    await add(name, 'CREATE TABLE one (id int); CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      `Migration ${name} failed: relation "one" already exists (42P07). It was rolled back and changed nothing`,
    );
    await expect(client.query('SELECT * FROM one')).rejects.toThrow('does not exist');

    await add(name, 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).resolves.toMatchObject({ applied: [name] });
    await expect(history()).resolves.toEqual([
      { migration_name: name, finished: false, undone: true },
      { migration_name: name, finished: true, undone: false },
    ]);
  });

  it('may hold functions, whose bodies have semicolons', async () => {
    await add(
      '20990101000000_function',
      'CREATE FUNCTION answer() RETURNS int AS $$ BEGIN RETURN 42; END; $$ LANGUAGE plpgsql; -- one; two',
    );
    await migrate(database.url, { folder });
    const { rows } = await client.query('SELECT answer()');
    expect(rows).toEqual([{ answer: 42 }]);
  });

  it('stop at one that was interrupted, since running it twice may do harm', async () => {
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'x', '20990101000000_cut')`,
    );
    await add('20990101000000_cut', 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      'Migration 20990101000000_cut was interrupted earlier',
    );
  });

  it.each([
    ['rolled_back_at', 'runs again', ['20990101000000_cut']],
    ['finished_at', 'is left alone', []],
  ])('one that was interrupted %s, as the operations guide sets it, %s', async (column, _, applied) => {
    await add('20990101000000_cut', 'CREATE TABLE one (id int);');
    const sql = await readFile(join(folder, '20990101000000_cut', 'migration.sql'));
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', $1, '20990101000000_cut')`,
      [createHash('sha256').update(sql).digest('hex')],
    );
    await client.query(
      `UPDATE _prisma_migrations SET ${column} = now()
       WHERE migration_name = '20990101000000_cut' AND finished_at IS NULL`,
    );
    await expect(migrate(database.url, { folder })).resolves.toEqual({ applied, modified: [] });
  });

  it('that were changed after they were applied are reported, and not applied again', async () => {
    const name = '20990101000000_changed';
    await add(name, 'CREATE TABLE one (id int);\n');
    await migrate(database.url, { folder });
    await add(name, 'CREATE TABLE one (id int);\r\n');
    await expect(migrate(database.url, { folder })).resolves.toEqual({ applied: [], modified: [] });
    await add(name, 'CREATE TABLE two (id int);\n');
    await expect(migrate(database.url, { folder })).resolves.toEqual({ applied: [], modified: [name] });
    await expect(client.query('SELECT * FROM two')).rejects.toThrow('does not exist');
  });

  it('may be one statement that cannot run in a transaction', async () => {
    await add(
      '20990101000000_index',
      '-- On a table in use.\nCREATE INDEX CONCURRENTLY one ON journey (version);',
    );
    await add('20990102000000_after', 'CREATE TABLE one_after (id int);');
    await migrate(database.url, { folder });
    const { rows } = await client.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'one'::regclass`);
    expect(rows).toEqual([{ indisvalid: true }]);
    await expect(history()).resolves.toEqual([
      { migration_name: '20990101000000_index', finished: true, undone: false },
      { migration_name: '20990102000000_after', finished: true, undone: false },
    ]);
  });

  it('name a statement that cannot run in a transaction beside another one, and change nothing', async () => {
    const name = '20990101000000_mixed';
    await add(name, 'CREATE TABLE one (id int); CREATE INDEX CONCURRENTLY two ON one (id);');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      `Migration ${name} failed: CREATE INDEX CONCURRENTLY cannot run inside a transaction block (25001). ` +
        'Such a statement must be the only one of its migration.',
    );
    await expect(client.query('SELECT * FROM one')).rejects.toThrow('does not exist');
    await expect(history()).resolves.toEqual([{ migration_name: name, finished: false, undone: true }]);
  });

  it('that failed without a transaction are for a person to look at', async () => {
    const name = '20990101000000_unique';
    await client.query('CREATE TABLE one AS SELECT 1 AS id FROM generate_series(1, 2)');
    await add(name, 'CREATE UNIQUE INDEX CONCURRENTLY two ON one (id);');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      /could not create unique index "two" \(23505\)\. It ran without a transaction and may have changed something\./,
    );
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      `Migration ${name} was interrupted earlier`,
    );
  });

  it.each([
    ['commits', 'COMMIT; CREATE TABLE one (id int);', 'Parts of it were committed by the script itself'],
    ['rolls back', 'ROLLBACK; CREATE TABLE two (id int);', 'rolled back the transaction'],
  ])('with a script that %s by itself are not taken for whole', async (_, sql, message) => {
    await client.query('CREATE TABLE one (id int)');
    await add('20990101000000_own', `CREATE TABLE three (id int); ${sql}`);
    await expect(migrate(database.url, { folder })).rejects.toThrow(message);
  });

  it('whose connection is lost have changed nothing, and are applied by the next run', async () => {
    const name = '20990101000000_cut';
    await add(name, 'CREATE TABLE one (id int); SELECT pg_sleep(30);');
    const interrupted = migrate(database.url, { folder }).catch((error: unknown) => error);
    let killed = 0;
    while (killed === 0) {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()`,
      );
      killed = rowCount ?? 0;
    }
    await expect(interrupted).resolves.toMatchObject({
      name: 'MigrationError',
      message: expect.stringContaining(`The connection was lost while ${name} was applied`),
    });
    await expect(client.query('SELECT * FROM one')).rejects.toThrow('does not exist');
    await expect(history()).resolves.toEqual([]);
    await add(name, 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).resolves.toEqual({ applied: [name], modified: [] });
  });

  it('leave the settings of one script out of the next one', async () => {
    await add('20990101000000_first', `SELECT set_config('search_path', '', false);`);
    await add('20990102000000_second', 'CREATE TABLE one (id int);');
    await migrate(database.url, { folder });
    await client.query('SELECT * FROM public.one');
  });

  it('are refused in a database of tables that nobody recorded', async () => {
    await client.query('DROP TABLE _prisma_migrations');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      'The database has tables, but no record of migrations',
    );
  });

  it('say so when the database is away or another process holds the lock', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(
      "The database can't be reached",
    );
    await client.query('SELECT pg_advisory_lock(72707369)');
    await expect(migrate(database.url, { lockTimeoutMs: 100 })).rejects.toThrow(
      'Another process has been migrating for 100 ms',
    );
  });
});
