// Installs what everything else needs, on a fresh machine or after a checkout has changed: the packages, the generated
// Prisma client and a Redis on the PATH. When all of it is present, it does nothing and is quick.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const MINIMUM_REDIS_MAJOR = 7;
const LOCK_POLL_MS = 200;
const REDIS_PROGRAMS = ['redis-server', 'valkey-server'];
const WANTED_REDIS = `${REDIS_PROGRAMS.join(' or ')} of version ${MINIMUM_REDIS_MAJOR} or later`;

/** An error that only the user can fix; it is printed without a stack. */
export class SetupError extends Error {}

/**
 * Runs `npm ci` in `folder`, unless the installed packages are those of its lock file. When several processes do so at
 * once, one installs and the others wait.
 */
export function ensurePackages(folder = root) {
  if (packagesAreCurrent(folder)) return;
  whileLocked(join(folder, '.npm-ci.lock'), () => {
    if (packagesAreCurrent(folder)) return;
    console.error(`Installing the packages of ${folder} (npm ci) …`);
    // npm would print many warnings, all about packages that prefer a newer Node.
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  });
}

/** Runs `work` while this process holds the lock file. The lock of a process that died is removed. */
function whileLocked(file, work) {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!holderIsAlive(file)) rmSync(file, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOCK_POLL_MS);
    }
  }
  try {
    work();
  } finally {
    rmSync(file, { force: true });
  }
}

function holderIsAlive(file) {
  try {
    return process.kill(Number(readFileSync(file, 'utf8')), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function packagesAreCurrent(folder) {
  const installedFile = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    // The project itself is not installed, nor are optional packages for other platforms.
    if (path === '' || link || (optional && !installed[path])) return true;
    return installed[path]?.version === version;
  });
}

/** Runs `prisma generate`, unless the client was generated from the same schema by the same version. */
export function ensurePrismaClient() {
  const stampFile = join(root, 'src', 'generated', '.prisma-stamp');
  const sources = ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'];
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(join(root, source)));
  const stamp = hash.digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;

  console.error('Generating the Prisma client …');
  const prisma = join(root, 'node_modules', 'prisma', 'build', 'index.js');
  run(process.execPath, [prisma, 'generate', '--no-hints'], {
    cwd: root,
    quiet: true,
    // Without this the CLI downloads an engine from Prisma's servers, which generating does not need.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}

/**
 * Makes sure that a Redis or Valkey can be started, unless the environment variable `urlVariable` names a
 * running one.
 */
export function ensureRedis(urlVariable) {
  if (process.env[urlVariable] || findRedis()) return;
  const install = redisInstallation();
  if (!install) throw new SetupError(redisAdvice(`No ${WANTED_REDIS} is on the PATH`, urlVariable));

  console.error(`No ${WANTED_REDIS} on the PATH: installing one (${install.at(-1).join(' ')}) …`);
  for (const [command, ...args] of install) {
    const { status } = spawnSync(command, args, { stdio: 'inherit' });
    if (status !== 0)
      throw new SetupError(redisAdvice(`\`${[command, ...args].join(' ')}\` failed`, urlVariable));
  }
  if (!findRedis())
    throw new SetupError(redisAdvice(`What was installed is no ${WANTED_REDIS} on the PATH`, urlVariable));
}

/** The first Redis program on the PATH that is new enough; undefined when there is none. */
function findRedis() {
  return REDIS_PROGRAMS.find((program) => {
    const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
    return Number(/v=(\d+)/.exec(stdout ?? '')?.[1] ?? 0) >= MINIMUM_REDIS_MAJOR;
  });
}

function redisInstallation() {
  if (isOnPath('apt-get')) {
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', ...(process.stdin.isTTY ? [] : ['-n'])];
    if (asRoot.length > 0 && !isOnPath('sudo')) return undefined;
    const install = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get'];
    return [
      [...install, 'update', '-qq'],
      [...install, 'install', '-y', '-qq', '--no-install-recommends', 'redis-server'],
    ];
  }
  return isOnPath('brew') ? [['brew', 'install', 'redis']] : undefined;
}

const isOnPath = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

const redisAdvice = (problem, urlVariable) => `${problem}. Either
  - install a ${WANTED_REDIS} so that it is on the PATH, or
  - run one elsewhere and say where:
      docker run --rm -d -p 127.0.0.1:6379:6379 redis:7
      ${urlVariable}=redis://127.0.0.1:6379 npm …`;

/** Runs a command to its end. Its output is shown, with `quiet` only if the command fails. */
export function run(command, args, { cwd, env = process.env, quiet = false }) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: quiet ? 'pipe' : 'inherit',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status === 0) return;
  const output = quiet ? `\n${stdout}${stderr}` : '';
  throw new SetupError(
    `\`${command} ${args.join(' ')}\` failed in ${cwd}${error ? `: ${error.message}` : ''}${output}`,
  );
}

/** Runs a command. A SetupError is printed as one message, without a stack. */
export async function main(command) {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [only] = process.argv.slice(2);
  await main(() => {
    // `installed` is for running tests, whose packages must not change.
    if (only !== 'installed') ensurePackages();
    ensurePrismaClient();
    if (only !== 'generate') ensureRedis('TEST_REDIS_URL');
  });
}
