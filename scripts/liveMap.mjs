// The live map: web/, built with client/ and the streets that a simulated drive takes.
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
];

/** An installation for production carries neither. */
export const hasMapSources = () => sources.every(existsSync);

export const mapIsCurrent = () =>
  existsSync(built) && Math.max(...sources.map(newest)) < statSync(built).mtimeMs;

/** Brings the client package, which the map imports, up to date. @throws SetupError with the output of the build. */
export function ensureClient() {
  ensurePackages(client);
  const index = join(client, 'dist', 'index.js');
  if (existsSync(index) && newest(join(client, 'src')) < statSync(index).mtimeMs) return;
  run('npm', ['run', '--silent', 'build'], { cwd: client, quiet: true });
}

/** @throws SetupError with what the build said. */
export function buildMap() {
  for (const folder of [client, web]) {
    ensurePackages(folder);
    run('npm', ['run', '--silent', 'build'], { cwd: folder, quiet: true });
  }
}

/** When anything in there last changed, milliseconds since the epoch. */
function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
