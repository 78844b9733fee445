import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { readMigrationList, withSchemaEngine } from '../../scripts/schemaEngine';
import { migrate } from '../../src/database/migrate';
import { createTestDatabase, type TestDatabase } from '../support/database';

const committed = join(__dirname, '../../prisma/migrations');
const filters = { externalTables: [], externalEnums: [] };

/** What `prisma migrate deploy` and `prisma migrate status` do: the same engine, in the form of WebAssembly. */
describe("Prisma's own engine", () => {
  let database: TestDatabase;
  let client: Client;
  let folder: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    folder = await mkdtemp(join(tmpdir(), 'journey-migrations-'));
    await cp(committed, folder, { recursive: true });
    await add('20990101000000_one', 'CREATE TABLE one (id int);');
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

  const migrationNames = async (): Promise<string[]> =>
    (await readMigrationList(folder)).migrationDirectories.map(({ path }) => path).sort();

  const deploy = async (): Promise<readonly string[]> => {
    const migrationsList = await readMigrationList(folder);
    return withSchemaEngine({ database: database.url }, async (engine) => {
      return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
    });
  };

  const status = async (): Promise<unknown> => {
    const migrationsList = await readMigrationList(folder);
    return withSchemaEngine({ database: database.url }, (engine) =>
      engine.diagnoseMigrationHistory({ migrationsList, filters, optInToShadowDatabase: false }),
    );
  };

  const upToDate = {
    history: null,
    failedMigrationNames: [],
    editedMigrationNames: [],
    hasMigrationsTable: true,
  };

  /** All that PostgreSQL knows of the table of migrations. */
  const tableOfMigrations = async (): Promise<unknown> => {
    const columns = await client.query(
      `SELECT column_name, data_type, character_maximum_length, is_nullable, column_default, ordinal_position
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    const constraints = await client.query(
      `SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
       WHERE conrelid = '_prisma_migrations'::regclass ORDER BY conname`,
    );
    return { columns: columns.rows, constraints: constraints.rows };
  };

  /** What both write of each migration, but for ids and times. */
  const records = async (): Promise<unknown> => {
    const { rows } = await client.query(
      `SELECT migration_name, checksum, logs, rolled_back_at, applied_steps_count, length(id) AS id_length,
         finished_at >= started_at AND finished_at > now() - interval '1 minute' AS finished
       FROM _prisma_migrations ORDER BY started_at`,
    );
    return rows;
  };

  it('finds a database that this service migrated up to date, and has nothing to apply', async () => {
    await migrate(database.url, { folder });
    await expect(status()).resolves.toEqual(upToDate);
    await expect(deploy()).resolves.toEqual([]);
  });

  it('leaves nothing for this service to apply in a database that it migrated', async () => {
    expect(await deploy()).toEqual(await migrationNames());
    await expect(migrate(database.url, { folder })).resolves.toEqual({ applied: [], modified: [] });
  });

  it('creates the same table and writes the same records', async () => {
    await migrate(database.url, { folder });
    const ours = { table: await tableOfMigrations(), records: await records() };
    await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    await deploy();
    expect({ table: await tableOfMigrations(), records: await records() }).toEqual(ours);
  });

  it('goes on where this service stopped, and the other way round', async () => {
    await migrate(database.url, { folder });
    await add('20990102000000_two', 'CREATE TABLE two (id int);');
    await expect(deploy()).resolves.toEqual(['20990102000000_two']);
    await add('20990103000000_three', 'CREATE TABLE three (id int);');
    await expect(migrate(database.url, { folder })).resolves.toEqual({
      applied: ['20990103000000_three'],
      modified: [],
    });
    await expect(status()).resolves.toEqual(upToDate);
  });

  it('applies what failed here and was rolled back, once it is fixed', async () => {
    await add('20990102000000_broken', 'CREATE TABLE one (id int);');
    await expect(migrate(database.url, { folder })).rejects.toThrow('It was rolled back and changed nothing');
    await expect(status()).resolves.toMatchObject({ failedMigrationNames: [] });
    await add('20990102000000_broken', 'CREATE TABLE two (id int);');
    await expect(deploy()).resolves.toEqual(['20990102000000_broken']);
  });

  it('and this service both refuse to go on after a failure of the other one', async () => {
    await add('20990102000000_broken', 'CREATE TABLE one (id int);');
    await expect(deploy()).rejects.toThrow();
    await expect(migrate(database.url, { folder })).rejects.toThrow(
      'Migration 20990102000000_broken was interrupted earlier',
    );
    await client.query(`UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL`);

    await client.query('CREATE TABLE doubled AS SELECT 1 AS id FROM generate_series(1, 2)');
    await add('20990102000000_broken', 'CREATE UNIQUE INDEX CONCURRENTLY unique_id ON doubled (id);');
    await expect(migrate(database.url, { folder })).rejects.toThrow('It ran without a transaction');
    await expect(status()).resolves.toMatchObject({ failedMigrationNames: ['20990102000000_broken'] });
    await expect(deploy()).rejects.toThrow(/P3009|failed migrations/);
  });

  it('finds a file that was changed after this service applied it', async () => {
    await migrate(database.url, { folder });
    await add('20990101000000_one', 'CREATE TABLE other (id int);');
    await expect(status()).resolves.toMatchObject({ editedMigrationNames: ['20990101000000_one'] });
  });

  it('and this service migrate one after the other when they start at the same moment', async () => {
    await add('20990102000000_slow', 'CREATE TABLE slow (id int); SELECT pg_sleep(0.5);');
    const [ours, prismas] = await Promise.all([migrate(database.url, { folder }), deploy()]);
    expect([...ours.applied, ...prismas].sort()).toEqual(await migrationNames());
    await expect(status()).resolves.toEqual(upToDate);
  });
});
