import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Pool } from 'pg';
import { createApp } from '../src/app';
import type { Config } from '../src/config/config';
import { ConfigError, readConfig } from '../src/config/readConfig';
import { migrate } from '../src/database/migrate';
import type { Session } from '../src/domain/session';
import { createLogger } from '../src/logger';
import { announcement, statusLine } from './announce';
import { UsageError } from './commandLine';
import type { DriveCondition } from './drive/condition';
import { Fleet } from './drive/fleet';
import { loadStreets } from './drive/loadStreets';
import { serviceTransport } from './drive/transport';
import { playgroundExample } from './playgroundExample';
import { startRouter } from './router/startRouter';
import type { Signer } from './signToken';
import { LOOPBACK } from './stores/freePort';
import { startStores } from './stores/stores';
import { signTokens, type DemoTokens } from './tokens';
import { Town } from './town';

export interface DemoOptions {
  readonly trainers: number;
  /** Whether to serve the live map, if the checkout has built it. */
  readonly hasMap: boolean;
  /** Settings as the server takes them. A Redis is started unless REDIS_URL names one. */
  readonly env: NodeJS.ProcessEnv;
}

/** The first trainers' drives; all others are ordinary ones. */
const HARD_DRIVES: readonly DriveCondition[] = ['ORDINARY', 'COLD_START', 'MOTORWAY', 'SLOW_UPLINK'];
const STATUS_INTERVAL_MS = 30_000;
const MAP_FOLDER = join(__dirname, '../web/dist');

/**
 * The whole service in this process, with stores of its own and simulated trainers, until `signal` aborts.
 * @throws UsageError when a setting or the port is not usable.
 */
export async function runDemo(options: DemoOptions, signal: AbortSignal): Promise<void> {
  /** Each step's opposite, for the way back. */
  const ends: (() => Promise<unknown>)[] = [];
  try {
    const { driving } = await start(options, ends, signal);
    await Promise.race([driving, aborted(signal)]);
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

/** `driving` rejects when a simulated trainer fails by a fault of its own. */
async function start(
  { trainers, hasMap, env }: DemoOptions,
  ends: (() => Promise<unknown>)[],
  signal: AbortSignal,
): Promise<{ driving: Promise<unknown> }> {
  const signer = signerOf(env);
  const settings = readSettings(env, signer);
  await expectFreePort(settings.http);

  // Never DATABASE_URL's: the demo's sessions have no place among real ones.
  const stores = await startStores({ redisUrl: env['REDIS_URL'] });
  ends.push(() => stores.stop());
  const router = env['ROUTER_URL'] ? null : await startRouter();
  if (router) ends.push(() => router.stop());
  const config: Config = {
    ...settings,
    router: settings.router && {
      ...settings.router,
      ...(router && { target: { kind: 'osrm', base: router.url } }),
    },
    redis: { ...settings.redis, url: stores.redisUrl },
    database: { ...settings.database, url: stores.databaseUrl },
  };
  await migrate(config.database.url);

  const pool = new Pool({ connectionString: config.database.url, max: 2 });
  // A trainer whose booking fails asks again.
  pool.on('error', () => undefined);
  ends.push(() => pool.end());
  const streets = loadStreets();
  const town = new Town(pool, streets, trainers);
  await town.bookFirst();
  const tokens = await signTokens(signer, [...town.driven(), ...town.undriven()]);

  signal.throwIfAborted();
  const mapFolder = hasMap && existsSync(MAP_FOLDER) ? MAP_FOLDER : null;
  const url = await serve({ config, town, tokens, mapFolder }, ends);
  const members = town.driven().map(({ trainerId }, at) => ({
    trainerId,
    condition: HARD_DRIVES[at],
    transport: serviceTransport({ url: `${url}/graphql`, token: () => tokens.trainer[trainerId]! }),
    nextAssignment: town.assignmentsOf(trainerId),
  }));
  const fleet = new Fleet({ members, streets, seed: 'demo' });
  const driving = fleet.start();
  ends.push(() => fleet.stop());

  const [driven, undriven] = [town.driven()[0]!, town.undriven()[0]!];
  if (env['REDIS_URL']) console.log('Live state is in the Redis of REDIS_URL.');
  console.log(
    announcement({
      url,
      trainers,
      hasMap: mapFolder !== null,
      driven,
      undriven,
      tokens,
      routerPid: router?.pid,
    }),
  );
  const status = setInterval(() => console.log(statusLine(fleet.counts())), STATUS_INTERVAL_MS);
  ends.push(async () => clearInterval(status));
  return { driving };
}

interface Served {
  readonly config: Config;
  readonly town: Town;
  readonly tokens: DemoTokens;
  readonly mapFolder: string | null;
}

async function serve(
  { config, town, tokens, mapFolder }: Served,
  ends: (() => Promise<unknown>)[],
): Promise<string> {
  const { logger, flush } = createLogger(config.log.level);
  ends.push(async () => flush());
  const app = await createApp(config, {
    logger,
    playground: { example: () => playgroundExample(town, tokens) },
    map: {
      folder: mapFolder,
      // Asked at each request: a trainer who has arrived gets another session.
      demo: () => ({
        sessions: [
          ...town.driven().map((session) => ({ ...mapFields(session), driven: true })),
          ...town.undriven().map((session) => ({ ...mapFields(session), driven: false })),
        ],
        tokens,
      }),
    },
  });
  ends.push(() => app.stop());
  await app.start();
  return `http://localhost:${config.http.port}`;
}

/** `driven`, beside these, shows the map whose trainer is simulated: nobody else should play that one. */
const mapFields = ({ id, trainerId, studentId, home }: Session) => ({ id, trainerId, studentId, home });

const signerOf = (env: NodeJS.ProcessEnv): Signer => ({
  secret: env['AUTH_JWT_SECRET'] || randomBytes(32).toString('base64url'),
  issuer: env['AUTH_ISSUER'],
  audience: env['AUTH_AUDIENCE'],
});

function readSettings(env: NodeJS.ProcessEnv, { secret }: Signer): Config {
  try {
    return readConfig({
      // Whoever can reach the demo can have its tokens.
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
      // The phone app in a browser, as `npm run web` in mobile/ serves it.
      CORS_ORIGINS: 'http://localhost:8081',
      ...env,
      AUTH_JWT_SECRET: secret,
      // Not known yet.
      DATABASE_URL: 'postgres://127.0.0.1/postgres',
      ROUTER_URL: env['ROUTER_URL'] || `osrm+http://${LOOPBACK}`,
    });
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error;
  }
}

/** Before anything is started, so that the message stands alone. */
function expectFreePort({ host, port }: Config['http']): Promise<void> {
  return new Promise((resolve, reject) => {
    createServer()
      .once('error', (error: NodeJS.ErrnoException) =>
        reject(
          error.code === 'EADDRINUSE'
            ? new UsageError(`Port ${port} is taken. Choose another: PORT=${port + 1} npm run demo`)
            : error,
        ),
      )
      .listen(port, host, function (this: ReturnType<typeof createServer>) {
        this.close(() => resolve());
      });
  });
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
