// npm run demo: from a fresh machine to a running service. Needs nothing but Node; what is missing is installed.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { buildMap, hasMapSources, mapIsCurrent } from './liveMap.mjs';
import { ensurePackages, ensureRedis, main, root, SetupError } from './setup.mjs';

await main(async () => {
  ensurePackages();
  ensureRedis('REDIS_URL');
  await ensureBuilt();
  ensureMap();
  process.setSourceMapsEnabled(true);
  // In this process: one less that could be left behind.
  createRequire(import.meta.url)(join(root, 'dist', 'demo', 'main.js'));
});

/** Without its map the demo still shows the service. */
function ensureMap() {
  if (!hasMapSources() || mapIsCurrent()) return;
  console.error('Building the live map …');
  try {
    buildMap();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    console.error(`${error.message}\nThe demo goes on without its live map.`);
  }
}
