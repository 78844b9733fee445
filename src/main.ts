import { createApp } from './app';
import { ConfigError, readConfig } from './config/readConfig';
import type { Config } from './config/config';
import { createLogger } from './logger';

/** After the drain delay and this time the process exits with an error: an orchestrator would kill it later, without a log line. */
const STOP_DEADLINE_MS = 7000;

async function main(): Promise<void> {
  const config = settings();
  const { logger, flush } = createLogger(config.log.level);
  process.on('exit', flush);

  const app = await createApp(config, { logger });
  const stop = (signal: NodeJS.Signals): void => {
    logger.info({ signal }, 'Stopping');
    setTimeout(() => {
      logger.error('Stopping took too long');
      process.exit(1);
    }, config.http.drainDelayMs + STOP_DEADLINE_MS).unref();
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  };
  // Before the start, which waits for Redis: a signal must stop the process meanwhile as well.
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);

  const { url } = await app.start();
  logger.info({ url }, 'Serving');
}

function settings(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(78); // EX_CONFIG of sysexits.h
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
