// npm run demo: from a fresh machine to a running service. Needs nothing but Node; what is missing is installed.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensurePackages, ensureRedis, main, root, run, SetupError } from './setup.mjs';

await main(async () => {
  ensurePackages();
  ensureRedis('REDIS_URL');
  await ensureBuilt();
  ensureMap();
  process.setSourceMapsEnabled(true);
  // In this process: one less that could be left behind.
  createRequire(import.meta.url)(join(root, 'dist', 'demo', 'main.js'));
});

/** The live map: web/, built with client/. */
function ensureMap() {
  const client = join(root, 'client');
  const web = join(root, 'web');
  const built = join(web, 'dist', 'index.html');
  const sources = [client, web].flatMap((folder) => [join(folder, 'src'), join(folder, 'package-lock.json')]);
  sources.push(join(web, 'public'), join(web, 'index.html'), join(web, 'vite.config.ts'));
  if (!sources.every(existsSync)) return;
  if (existsSync(built) && Math.max(...sources.map(newest)) < statSync(built).mtimeMs) return;

  console.error('Building the live map …');
  try {
    for (const folder of [client, web]) {
      ensurePackages(folder);
      run('npm', ['run', '--silent', 'build'], { cwd: folder, quiet: true });
    }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`${error.message}\nThe demo goes on without its live map.`);
  }
}

/** When anything in there last changed, milliseconds since the epoch. */
function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
