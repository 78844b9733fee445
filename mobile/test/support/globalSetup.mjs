// Builds the service, starts its stores and one process of it, by the service's own means; and a desk that books sessions
// and signs tokens, which the tests ask over HTTP because they run in a phone's environment.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '../../..');
const secret = randomBytes(32).toString('base64url');
/** A journey's half hour passes in seconds. */
const fastSettings = {
  UPDATE_INTERVAL_MS: '150',
  UPDATE_JITTER_MS: '100',
  UPDATE_IDLE_INTERVAL_MS: '150',
  POLL_INTERVAL_MS: '200',
  POLL_NEAR_INTERVAL_MS: '200',
  POLL_LOST_INTERVAL_MS: '200',
  POLL_IDLE_INTERVAL_MS: '200',
  // A drive of minutes passes in a few seconds.
  MAX_SPEED_KMH: '2000',
  SUSTAINED_MAX_SPEED_KMH: '2000',
};

export default async function globalSetup() {
  for (const script of ['setup.mjs', 'build.mjs'])
    execFileSync(process.execPath, [join(root, 'scripts', script)], { stdio: 'inherit' });
  const load = createRequire(join(root, 'package.json'));
  load('./scripts/typescript.cjs');
  const { startStores } = load('./demo/stores/stores.ts');
  const { migrate } = load('./src/database/migrate.ts');
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  const stores = await startStores({ redisUrl, databaseUrl });
  const ends = [() => stores.stop()];
  try {
    await migrate(stores.databaseUrl);
    const service = await startService(stores);
    ends.push(() => service.stop());
    const desk = await openDesk(load, stores, ends);
    ends.push(() => desk.stop());
    process.env.JOURNEY_TEST_SERVICE = service.url;
    process.env.JOURNEY_TEST_DESK = desk.url;
  } catch (error) {
    for (const end of ends.reverse()) await end();
    throw error;
  }
  globalThis.endJourneyTests = async () => {
    for (const end of ends.reverse()) await end();
  };
}

async function startService({ redisUrl, databaseUrl }, settings = {}) {
  const child = spawn(process.execPath, [join(root, 'dist/main.js')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      REDIS_URL: redisUrl,
      DATABASE_URL: databaseUrl,
      AUTH_JWT_SECRET: secret,
      HOST: '127.0.0.1',
      PORT: '0',
      EVENTS: 'off',
      ...fastSettings,
      ...settings,
    },
  });
  process.once('exit', () => child.kill('SIGKILL'));
  const url = await new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`The service ended with ${code} before it served`)));
    createInterface(child.stdout).on('line', (line) => {
      const entry = JSON.parse(line);
      if (entry.msg === 'Serving' && entry.url) resolve(entry.url);
    });
  });
  const stop = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  return { url, stop };
}

/** `POST /book` with facts of a session, `POST /token` with whom it is for, `POST /service` for one more with other settings. */
async function openDesk(load, stores, ends) {
  const { Pool } = load('pg');
  const { bookSessions } = load('./demo/bookings.ts');
  const { signToken } = load('./demo/signToken.ts');
  const pool = new Pool({ connectionString: stores.databaseUrl, max: 2 });
  const token = (sub, role, ttlSeconds = 3600) => signToken({ secret }, { sub, role, ttlSeconds });
  const services = {
    '/token': ({ sub, role, ttlSeconds }) => token(sub, role, ttlSeconds),
    '/service': async (settings) => {
      const { url, stop } = await startService(stores, settings);
      ends.push(stop);
      return { url };
    },
    '/book': async (facts) => {
      const name = randomUUID();
      const session = {
        id: `session-${name}`,
        trainerId: `trainer-${name}`,
        studentId: `student-${name}`,
        status: 'CONFIRMED',
        scheduledAt: Date.now() + 600_000,
        home: { latitude: 41.88, longitude: -87.63 },
        ...facts,
      };
      await bookSessions(pool, [session]);
      const [trainer, student] = await Promise.all([
        token(session.trainerId, 'trainer'),
        token(session.studentId, 'student'),
      ]);
      return { ...session, tokens: { trainer, student } };
    },
  };
  const server = createServer((request, response) => {
    const answer = async () => services[request.url](JSON.parse((await text(request)) || '{}'));
    answer().then(
      (body) => response.end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await pool.end();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, stop };
}
