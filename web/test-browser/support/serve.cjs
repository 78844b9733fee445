// The built service with the live map, as the demo serves it, but without the demo's stores and simulated trainers:
// the stories bring their own. Settings as the service takes them; DEMO holds what /map/demo.json answers (map) and the
// playground's example (playground), if anything.
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
    playground: demo.playground && { example: () => demo.playground },
    map: { folder: join(__dirname, '../../dist'), demo: () => demo.map ?? '' },
  });
  await app.start();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
