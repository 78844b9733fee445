// npm run demo: from a fresh machine to a running service. Needs nothing but Node; what is missing is installed.
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
  // In this process: one less that could be left behind.
  const require = createRequire(import.meta.url);
  require(join(root, 'scripts', 'typescript.cjs'));
  require(join(root, 'demo', 'main.ts'));
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
