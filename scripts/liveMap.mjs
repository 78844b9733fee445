// Builds the live map from web/, client/ and the streets of the simulated drives.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePackages, root, run } from './setup.mjs';

const client = join(root, 'client');
const web = join(root, 'web');
const built = join(web, 'dist', 'index.html');
const sources = [
  ...[client, web].flatMap((folder) => [join(folder, 'src'), join(folder, 'package-lock.json')]),
  join(client, 'tsconfig.json'),
  join(web, 'public'),
  join(web, 'index.html'),
  join(web, 'vite.config.ts'),
  join(root, 'demo', 'streets.json'),
  join(root, 'demo', 'drive'),
];

/** Whether the map's sources are present; a production installation leaves them out. */
export const hasMapSources = () => sources.every(existsSync);

export const mapIsCurrent = () =>
  existsSync(built) && Math.max(...sources.map(newest)) < statSync(built).mtimeMs;

/** Brings the client package, which the map imports, up to date. @throws SetupError with the output of the build. */
export function ensureClient() {
  ensurePackages(client);
  const index = join(client, 'dist', 'esm', 'index.js');
  if (existsSync(index) && newest(join(client, 'src')) < statSync(index).mtimeMs) return;
  run('npm', ['run', '--silent', 'build'], { cwd: client, quiet: true });
}

/** @throws SetupError with the output of the build */
export function buildMap() {
  for (const folder of [client, web]) {
    ensurePackages(folder);
    run('npm', ['run', '--silent', 'build'], { cwd: folder, quiet: true });
  }
}

/** The time of the last change of a file or of anything in a folder, milliseconds since the epoch. */
function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
