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
    await expect(migrate(database.url)).resolves.toEqual([]);
  });

  it('are applied in the order of their names and written down as Prisma does', async () => {
    await add('20990102000000_second', 'ALTER TABLE one ADD COLUMN two int;');
    await add('20990101000000_first', 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).resolves.toEqual([
      '20990101000000_first',
      '20990102000000_second',
    ]);
    await expect(history()).resolves.toEqual([
      { migration_name: '20990101000000_first', finished: true, undone: false },
      { migration_name: '20990102000000_second', finished: true, undone: false },
    ]);
  });

  it('are applied once when two processes migrate at the same moment', async () => {
    await add('20990101000000_slow', 'CREATE TABLE one (id int); SELECT pg_sleep(0.3);');
    const applied = await Promise.all([migrate(database.url, { folder }), migrate(database.url, { folder })]);
    expect(applied.flat()).toEqual(['20990101000000_slow']);
  });

  it('fail loudly and whole, and go through once mended', async () => {
    const name = '20990101000000_broken';
    await add(name, 'CREATE TABLE one (id int); CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      `Migration ${name} failed and was undone: relation "one" already exists (42P07)`,
    );
    await expect(client.query('SELECT * FROM one')).rejects.toThrow('does not exist');

    await add(name, 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).resolves.toEqual([name]);
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
    await expect(migrate(database.url, { folder })).resolves.toEqual(applied);
  });

  it('say so when the database is away or another process holds the lock', async () => {
    await expect(migrate('postgres://nobody@127.0.0.1:1/none')).rejects.toThrow(
      "The database can't be reached",
    );
    await client.query('SELECT pg_advisory_lock(7269110501)');
    await expect(migrate(database.url, { lockTimeoutMs: 100 })).rejects.toThrow(
      'Another process has been migrating for 100 ms',
    );
  });
});
