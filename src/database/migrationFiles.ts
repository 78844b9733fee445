import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One folder of `prisma/migrations`. */
export interface Migration {
  /** The name of its folder: a time stamp and what it does. */
  readonly name: string;
  readonly script: string;
}

/** The committed migrations, from a source checkout and from a build alike. */
const FOLDER = join(__dirname, '../../prisma/migrations');

/** Every migration, in the order in which they are applied. */
export async function readMigrations(folder = FOLDER): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names
      .sort()
      .map(async (name) => ({ name, script: await readFile(join(folder, name, 'migration.sql'), 'utf8') })),
  );
}

/** As Prisma computes it: SHA-256 of the file, in hexadecimal. */
export const checksumOf = (script: string): string => createHash('sha256').update(script).digest('hex');

/** Whether this is the script that was recorded. Git may have changed its line endings, which Prisma allows too. */
export function hasChecksum(script: string, checksum: string): boolean {
  const unix = script.replaceAll('\r\n', '\n');
  return [script, unix, unix.replaceAll('\n', '\r\n')].some((variant) => checksumOf(variant) === checksum);
}
