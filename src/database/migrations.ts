import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MigrationDirectory, MigrationList } from '@prisma/schema-engine-wasm';

/** The committed migrations, from a source checkout and from a build alike. */
const FOLDER = join(__dirname, '../../prisma/migrations');
const LOCK_FILE = 'migration_lock.toml';

/** Everything of `prisma/migrations`, as the schema engine wants it. */
export async function readMigrations(folder = FOLDER): Promise<MigrationList> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir: folder,
    lockfile: { path: LOCK_FILE, content: await readFile(join(folder, LOCK_FILE), 'utf8') },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(names.sort().map((name) => readMigration(folder, name))),
  };
}

async function readMigration(folder: string, name: string): Promise<MigrationDirectory> {
  const file = 'migration.sql';
  const value = await readFile(join(folder, name, file), 'utf8');
  return { path: name, migrationFile: { path: file, content: { tag: 'ok', value } } };
}
