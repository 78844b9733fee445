import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';
import type { MigrationDirectory, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm';
import { DatabaseError, Pool, types, type QueryResult } from 'pg';

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Runs Prisma's own schema engine, as WebAssembly and over node-postgres: it does what the Prisma CLI does, and needs
 * neither that CLI nor the binary that the CLI would download. For development: the service applies migrations by itself.
 */
export async function withSchemaEngine<Result>(
  urls: { readonly database: string; readonly shadow?: string },
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const pools: Pool[] = [];
  const connect = (url: string): ReturnType<PrismaPg['connect']> => {
    // One connection, so that a session's state, such as the engine's own lock, is where the next statement runs.
    const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    pool.on('error', () => undefined);
    pools.push(pool);
    return connectAdapter(pool);
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => connect(urls.database),
    connectToShadowDb: () => {
      // The adapter's own way ends in the real database when it was given a connection string.
      if (!urls.shadow) throw new Error('No shadow database was given');
      return connect(urls.shadow);
    },
  };
  const engine = await createEngine(factory);
  try {
    return await work(engine);
  } finally {
    engine.free();
    await Promise.all(pools.map((pool) => pool.end()));
  }
}

async function connectAdapter(pool: Pool): ReturnType<PrismaPg['connect']> {
  const adapter = await new PrismaPg(pool).connect();
  readCatalogs(pool, adapter);
  adapter.executeScript = async (script) => {
    // In one message, which PostgreSQL runs as one transaction: a script that fails leaves nothing behind. The
    // adapter's own way cuts the script at each semicolon, also those in a function's body or a comment.
    await pool.query(script).catch((error: unknown) => {
      if (!(error instanceof DatabaseError)) throw error;
      const { code = '', severity = '', message, detail, column, hint } = error;
      throw new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
    });
  };
  return adapter;
}

/**
 * PostgreSQL's catalogs use a one-byte type, "char", that the adapter refuses and the engine wants as a
 * character: it passes the adapter as text and is renamed behind it. The engine sends one query at a time.
 */
function readCatalogs(pool: Pool, adapter: SqlDriverAdapter): void {
  let charColumns: readonly number[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<QueryResult | QueryResult[]>;
  const queryCharAsText = async (...args: unknown[]): Promise<QueryResult | QueryResult[]> => {
    const result = await query(...args);
    const fields = [result].flat().flatMap((each) => each.fields);
    charColumns = fields.flatMap(({ dataTypeID }, index) =>
      dataTypeID === types.builtins.CHAR ? [index] : [],
    );
    for (const index of charColumns) fields[index]!.dataTypeID = types.builtins.TEXT;
    return result;
  };
  pool.query = queryCharAsText as typeof pool.query;

  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (statement) => {
    const result = await queryRaw(statement);
    for (const index of charColumns) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}

async function createEngine(factory: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  const { SchemaEngine } = await loadBindings();
  return SchemaEngine.new(
    { datamodels: undefined },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
}

/** What is used of it here; TypeScript declares it in the browser's library alone. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

// eslint-disable-next-line @typescript-eslint/consistent-type-imports -- an ES module: its type can't be imported from CommonJS otherwise
type Bindings = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

let loading: Promise<Bindings> | undefined;

/**
 * Once a process: the bindings keep their instance in a variable of their own module, and a second instance set
 * there corrupts the memory of the first while that is at work.
 */
function loadBindings(): Promise<Bindings> {
  loading ??= (async () => {
    const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
    const imports = Object.fromEntries(Object.entries(bindings).map(withoutLingering));
    const { instance } = await WebAssembly.instantiate(await readFile(file), {
      './schema_engine_bg.js': imports,
    });
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports['__wbindgen_start'] as () => void)();
    return bindings;
  })();
  return loading;
}

/** The engine leaves a timer of ten seconds behind (its patience with its lock), which would hold up the process' end. */
function withoutLingering([name, binding]: [string, unknown]): [string, unknown] {
  if (!name.startsWith('__wbg_setTimeout_')) return [name, binding];
  const setTimer = binding as (...args: unknown[]) => NodeJS.Timeout;
  return [name, (...args: unknown[]) => setTimer(...args).unref()];
}

/** All migrations of a folder, in the form that the engine reads. */
export async function readMigrationList(folder: string): Promise<MigrationList> {
  const lockFile = 'migration_lock.toml';
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: folder,
    lockfile: { path: lockFile, content: await readFile(join(folder, lockFile), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map((name) => readMigration(folder, name))),
  };
}

async function readMigration(folder: string, name: string): Promise<MigrationDirectory> {
  const file = 'migration.sql';
  const value = await readFile(join(folder, name, file), 'utf8');
  return { path: name, migrationFile: { path: file, content: { tag: 'ok', value } } };
}
