// Starts the built service with the live map, as the demo does, but without the demo's stores and simulated trainers,
// because the tests have their own. The settings are the service's; KEY_PREFIX sets the keys of one story apart in Redis;
// DEMO optionally holds the response of /map/demo.json (map) and the playground's example (playground).
const { join } = require('node:path');
const { createApp } = require('../../../dist/app');
const { readConfig } = require('../../../dist/config/readConfig');
const { createLogger } = require('../../../dist/logger');

async function main() {
  const config = readConfig(process.env);
  const { logger, flush } = createLogger(config.log.level);
  process.on('exit', flush);
  const demo = JSON.parse(process.env.DEMO ?? '{}');
  const app = await createApp(config, {
    logger,
    keyPrefix: process.env.KEY_PREFIX,
    playground: demo.playground && { example: () => demo.playground },
    map: { folder: join(__dirname, '../../dist'), demo: () => demo.map ?? '' },
  });
  await app.start();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
