import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { hasChecksum, readMigrations, type Migration } from './migrationFiles';
import { MigrationHistory, type MigrationRecord } from './migrationHistory';
import { ensureServiceLogin, type Login } from './serviceLogin';

export interface MigrateOptions {
  /** The folder of the migrations; that of the committed ones when left out. */
  readonly folder?: string;
  /** How long to wait for another process that migrates the same database. */
  readonly lockTimeoutMs?: number;
  /** The login of the service, if it is to have one of its own; created or updated after the migrations. */
  readonly serviceLogin?: Login | undefined;
}

export interface MigrationReport {
  /** The names of the migrations that were applied now. */
  readonly applied: readonly string[];
  /** Those that were applied earlier, and whose files have been changed since: the change is in no database. */
  readonly modified: readonly string[];
}

/** The database, or a migration, needs a person: shown without a stack. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** The number that Prisma's own programs lock, so that one of them and this program never migrate at the same time. */
const MIGRATION_LOCK = 72_707_369;
const LOCK_POLL_MS = 100;
const CONNECT_TIMEOUT_MS = 10_000;

/** A SQLSTATE of PostgreSQL: this statement, such as CREATE INDEX CONCURRENTLY, cannot run in a transaction. */
const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Brings a database's schema up to date. If two processes do so at once, one waits for the other. Safe to repeat.
 * @throws MigrationError when a migration fails: the one that failed is rolled back, and those before it stay applied.
 */
export async function migrate(
  databaseUrl: string,
  { folder, lockTimeoutMs = 60_000, serviceLogin }: MigrateOptions = {},
): Promise<MigrationReport> {
  const migrations = await readMigrations(folder);
  return withConnection(databaseUrl, async (client) => {
    await lock(client, lockTimeoutMs);
    const report = await applyPending(client, migrations);
    if (serviceLogin) {
      await ensureServiceLogin(client, serviceLogin).catch((cause: unknown) => {
        throw new MigrationError(`The service's login could not be set up: ${describe(cause)}`, { cause });
      });
    }
    return report;
  });
}

async function applyPending(client: Client, migrations: readonly Migration[]): Promise<MigrationReport> {
  const history = await MigrationHistory.of(client);
  if (!(await history.initialize()))
    throw new MigrationError(
      'The database has tables, but no record of migrations. Migrate an empty database, or record what this one ' +
        'already has: `npx prisma migrate resolve --applied NAME` for each migration.',
    );
  const records = await history.read();
  const interrupted = records.find(({ finishedAt, rolledBackAt }) => !finishedAt && !rolledBackAt);
  if (interrupted) throw interruption(interrupted);

  const current = new Map(records.filter(isCurrent).map((record) => [record.name, record]));
  const applied: string[] = [];
  for (const migration of migrations) {
    if (current.has(migration.name)) continue;
    await apply(client, history, migration).catch((error: unknown) => {
      throw error instanceof MigrationError ? error : connectionLoss(error, migration);
    });
    applied.push(migration.name);
  }
  const modified = migrations
    .filter(({ name, script }) => current.has(name) && !hasChecksum(script, current.get(name)!.checksum))
    .map(({ name }) => name);
  return { applied, modified };
}

const isCurrent = ({ rolledBackAt }: MigrationRecord): boolean => rolledBackAt === null;

/** Whether its changes are in the database is not recorded, and to apply it twice may do harm. */
const interruption = ({ name }: MigrationRecord): MigrationError =>
  new MigrationError(
    `Migration ${name} was interrupted earlier. Check whether its changes are in the database, then run ` +
      `\`npx prisma migrate resolve --applied ${name}\` (or --rolled-back) and migrate again.`,
  );

/**
 * The script and its record in one transaction: whenever the process, the connection or the server ends, the database
 * has both or neither. A statement that cannot run in a transaction runs without one.
 */
async function apply(client: Client, history: MigrationHistory, migration: Migration): Promise<void> {
  let id: string | undefined;
  try {
    await client.query('BEGIN');
    id = await history.recordStart(migration);
    await client.query(migration.script);
    await history.recordSuccess(id);
    await client.query('COMMIT');
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    // It fails if the error ended the connection, as a shutdown of the server does.
    await client.query('ROLLBACK').catch(() => {
      throw error;
    });
    // A script with a COMMIT of its own has ended the transaction: what it did before that stays.
    if (id !== undefined && (await history.hasRecord(id))) {
      await history.recordFailure(id, error.message);
      throw failure(migration, error, 'Parts of it were committed by the script itself.');
    }
    if (error.code === ACTIVE_SQL_TRANSACTION) return applyWithoutTransaction(client, history, migration);
    await history.recordRollback(await history.recordStart(migration), error.message);
    throw failure(migration, error, 'It was rolled back and changed nothing.');
  }
  // What the script has set (the search path, say) is not for the next one.
  await client.query('RESET ALL');
}

/** The start is recorded first: if the process ends before the script does, the next run finds it interrupted. */
async function applyWithoutTransaction(
  client: Client,
  history: MigrationHistory,
  migration: Migration,
): Promise<void> {
  const id = await history.recordStart(migration);
  try {
    await client.query(migration.script);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    if (error.code === ACTIVE_SQL_TRANSACTION) {
      // Several statements in one message are a transaction too, which PostgreSQL has rolled back.
      await history.recordRollback(id, error.message);
      throw failure(migration, error, 'Such a statement must be the only one of its migration.');
    }
    await history.recordFailure(id, error.message);
    throw failure(migration, error, 'It ran without a transaction and may have changed something.');
  }
  await history.recordSuccess(id);
}

function failure({ name }: Migration, cause: DatabaseError, consequence: string): MigrationError {
  const { message, code, position } = cause;
  const place = position ? ` at character ${position}` : '';
  return new MigrationError(`Migration ${name} failed${place}: ${message} (${code}). ${consequence}`, {
    cause,
  });
}

const connectionLoss = (cause: unknown, { name }: Migration): MigrationError =>
  new MigrationError(
    `The connection was lost while ${name} was applied: ${describe(cause)}. Migrate again: if it was not applied, it is now.`,
    { cause },
  );

/**
 * Waits for the lock, which ends with the connection: a process that dies with it releases it. By polling, since a
 * statement that waits holds a snapshot, for which CREATE INDEX CONCURRENTLY of the other process would wait in turn.
 */
async function lock(client: Client, timeoutMs: number): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; await sleep(LOCK_POLL_MS)) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      MIGRATION_LOCK,
    ]);
    if (rows[0]?.locked) return;
    if (Date.now() > deadline)
      throw new MigrationError(`Another process has been migrating for ${timeoutMs} ms`);
  }
}

async function withConnection<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A connection that breaks fails the query that runs on it, which reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new MigrationError(`The database can't be reached: ${describe(cause)}`, { cause });
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
