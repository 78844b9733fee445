import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import { Client } from 'pg';
import { readMigrations } from './migrations';
import { CONNECT_TIMEOUT_MS, withSchemaEngine, type ScriptOutcome } from './schemaEngine';
import { ensureServiceLogin, type Login } from './serviceLogin';

/** The key of the advisory lock: any number that no other program locks in the same database. */
const MIGRATION_LOCK = 7_269_110_501;

export interface MigrateOptions {
  /** The folder of the migrations; that of the committed ones when left out. */
  readonly folder?: string;
  /** How long to wait for another process that migrates the same database. */
  readonly lockTimeoutMs?: number;
  /** The login of the service, if it has one of its own; it is created or updated after the migrations. */
  readonly serviceLogin?: Login | undefined;
}

/**
 * Brings a database's schema up to date. When two processes do so at once, one waits for the other.
 * @returns the names of the migrations that were applied now.
 * @throws MigrationError when one fails: PostgreSQL has then undone that one, and those before it stand.
 */
export async function migrate(
  databaseUrl: string,
  { folder, lockTimeoutMs = 60_000, serviceLogin }: MigrateOptions = {},
): Promise<readonly string[]> {
  const migrationsList = await readMigrations(folder);
  return withLock(databaseUrl, lockTimeoutMs, async (client) => {
    const applied = await withSchemaEngine({ database: databaseUrl }, (engine, outcome) =>
      apply(engine, outcome, migrationsList),
    );
    if (serviceLogin) {
      await ensureServiceLogin(client, serviceLogin).catch((cause: unknown) => {
        throw new MigrationError(`The service's login could not be set up: ${describe(cause)}`, { cause });
      });
    }
    return applied;
  });
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

async function apply(
  engine: SchemaEngine,
  outcome: ScriptOutcome,
  migrationsList: MigrationList,
): Promise<readonly string[]> {
  const filters = { externalTables: [], externalEnums: [] };
  const failedMigrations = async (): Promise<string[]> => {
    const request = { migrationsList, filters, optInToShadowDatabase: false };
    return (await engine.diagnoseMigrationHistory(request)).failedMigrationNames;
  };

  const interrupted = await failedMigrations();
  if (interrupted.length > 0) throw interruption(interrupted[0]!);
  try {
    return (await engine.applyMigrations({ migrationsList, filters })).appliedMigrationNames;
  } catch (cause) {
    if (!outcome.refusal) throw new MigrationError(describe(cause), { cause });
    const names = await failedMigrations();
    // The script changed nothing, so once it is fixed it may simply be retried. Without this record the engine
    // refuses every migration until someone resolves this one by hand.
    for (const migrationName of names) await engine.markMigrationRolledBack({ migrationName });
    const { message, code, position } = outcome.refusal;
    const place = position ? ` at character ${position}` : '';
    throw new MigrationError(
      `Migration ${names.join()} failed${place} and was undone: ${message} (${code})`,
      { cause },
    );
  }
}

/** The error for a migration of which it is not recorded whether its script took effect; running it twice may do harm. */
const interruption = (name: string): MigrationError =>
  new MigrationError(
    `Migration ${name} was interrupted earlier. Look whether its changes are in the database, then run ` +
      `\`npx prisma migrate resolve --applied ${name}\` (or --rolled-back) and migrate again.`,
  );

/** Holds the lock, which ends with its connection: a process that dies releases it. */
async function withLock<Result>(
  url: string,
  timeoutMs: number,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (cause) {
    throw new MigrationError(`The database can't be reached: ${describe(cause)}`, { cause });
  }
  try {
    await client.query(`SET lock_timeout = ${timeoutMs}`);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]).catch((cause: unknown) => {
      throw new MigrationError(`Another process has been migrating for ${timeoutMs} ms`, { cause });
    });
    return await work(client);
  } finally {
    await client.end();
  }
}

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
