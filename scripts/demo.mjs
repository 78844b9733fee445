// `npm run demo` starts the service on a fresh machine. It needs only Node, and installs what is missing.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { endWithNpm } from './endWithNpm.mjs';
import { buildMap, hasMapSources, mapIsCurrent } from './liveMap.mjs';
import { ensurePackages, ensurePrismaClient, ensureRedis, main, root, SetupError } from './setup.mjs';

endWithNpm();
await main(() => {
  ensurePackages();
  ensureRedis('REDIS_URL');
  ensurePrismaClient();
  if (!process.argv.includes('--no-map')) ensureMap();
  process.setSourceMapsEnabled(true);
  // The demo runs in this process, so that no child process can be left behind.
  const require = createRequire(import.meta.url);
  require(join(root, 'scripts', 'typescript.cjs'));
  require(join(root, 'demo', 'main.ts'));
});

/** Builds the live map if it is out of date. A failure does not stop the demo, which is useful without the map. */
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
