import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';

import { startPostgres } from '../../demo/stores/postgres';
import { startRedis } from '../../demo/stores/redis';
import { migrate } from '../../src/database/migrate';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { freePort } from '../support/freePort';
import { build, Program } from '../support/program';
import { aSession, bookSessions } from '../support/sessions';
import { Balancer } from './balancer';
import { Load } from './load';

const SECRET = 'a secret of the drain test, long enough for HS256';
const JOURNEYS = 20;

beforeAll(build, 60_000);

const tokenOf = (sub: string, role: string): Promise<string> =>
  new SignJWT({ role })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(sub)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));

async function until(condition: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > giveUpAt) throw new Error(`Not within 10 s: ${what}`);
    await sleep(20);
  }
}

const numbers = Array.from({ length: JOURNEYS }, (_, index) => index);

describe('Two processes behind a load balancer, replaced one after the other', () => {
  let database: TestDatabase;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  const programs: Program[] = [];
  beforeAll(async () => {
    [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
    const session = (n: number) =>
      aSession({ id: `s-${n}`, trainerId: `t-${n}`, studentId: `u-${n}`, scheduledAt: Date.now() });
    await bookSessions(database.url, ...numbers.map(session));
  });
  afterAll(async () => {
    for (const program of programs) program.kill('SIGKILL');
    await redis?.stop();
    await database?.drop();
  });

  const start = async (port: number): Promise<Program> => {
    const program = new Program('main.js', [], {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: String(port),
      // Both are for a slow machine, on which load, balancer and health checks share this process.
      DRAIN_DELAY_MS: '2500',
      REDIS_TIMEOUT_MS: '5000',
      UPDATE_INTERVAL_MS: '1',
      REQUESTS_PER_MINUTE: 'off',
      MAX_EVENT_LOOP_DELAY_MS: 'off',
    });
    programs.push(program);
    await program.printed(/"Serving"/);
    return program;
  };

  it('fail no request at 500 a second', async () => {
    const ports = [await freePort(), await freePort()] as const;
    const running = new Map<number, Program>();
    for (const port of ports) running.set(port, await start(port));
    const balancer = await Balancer.start(ports, 200);

    const tokens = await Promise.all(
      numbers.map(async (n) => ({
        trainer: await tokenOf(`t-${n}`, 'trainer'),
        student: await tokenOf(`u-${n}`, 'student'),
      })),
    );
    const started = new Load(balancer.port, JOURNEYS * 2, (n) => ({
      token: tokens[n % JOURNEYS]!.trainer,
      body: JSON.stringify({
        query: `mutation { startJourney(sessionId: "s-${n % JOURNEYS}", clientRequestId: "r") { id } }`,
      }),
    }));
    await until(() => (started.answers.get('200 OK') ?? 0) >= JOURNEYS, 'all journeys are active');
    await started.stop();

    const load = new Load(balancer.port, 500, (n) => {
      const journey = n % JOURNEYS;
      const isUpdate = n % 5 === 0;
      return {
        token: isUpdate ? tokens[journey]!.trainer : tokens[journey]!.student,
        body: JSON.stringify({
          query: isUpdate
            ? `mutation { updateLocations(sessionId: "s-${journey}", locations: [{ latitude: 41.9, longitude: -87.6 }]) { version } }`
            : `{ liveLocation(sessionId: "s-${journey}") { state location { latitude longitude } } }`,
        }),
      };
    });
    await sleep(1000);
    for (const port of ports) {
      const program = running.get(port)!;
      const signalledAt = performance.now();
      program.kill('SIGTERM');
      const { code } = await program.result();
      expect({ port, code }).toEqual({ port, code: 0 });
      expect(performance.now() - signalledAt).toBeLessThan(10_000);
      expect(balancer.isHealthy(port)).toBe(false);
      const before = balancer.sent.get(port);
      await start(port);
      await until(() => balancer.isHealthy(port), 'the new process is healthy');
      await until(() => balancer.sent.get(port)! > before! + 50, 'the new process gets requests');
    }
    await load.stop();
    await balancer.stop();

    const total = [...load.answers.values()].reduce((sum, count) => sum + count, 0);
    expect(Object.fromEntries(load.answers)).toEqual({ '200 OK': total });
    expect(total).toBeGreaterThan(1500);
  }, 60_000);
});

describe('A process that gets a signal to stop', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  let program: Program;
  let url: string;
  beforeEach(async () => {
    [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
    await migrate(postgres.url);
    await bookSessions(
      postgres.url,
      aSession({ id: 's', trainerId: 't', studentId: 'u', scheduledAt: Date.now() }),
    );
  }, 30_000);
  afterEach(async () => {
    program?.kill('SIGKILL');
    await redis.stop();
    await postgres.stop();
  });

  /** Starts the server as in production, where it waits for a load balancer by default. Most tests shorten that wait. */
  async function serve(env: NodeJS.ProcessEnv = { DRAIN_DELAY_MS: '100' }): Promise<void> {
    program = new Program('main.js', [], {
      NODE_ENV: 'production',
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: 'off',
      ...env,
    });
    url = await program.printed(/"url":"(http:[^"]+)"/);
  }

  const ask = async (role: 'trainer' | 'student', query: string): Promise<{ data?: unknown }> => {
    const token = await tokenOf(role === 'trainer' ? 't' : 'u', role);
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    });
    return (await answer.json()) as { data?: unknown };
  };

  const begin = () => ask('trainer', 'mutation { startJourney(sessionId: "s") { state } }');

  async function socket(text: string): Promise<Socket> {
    const { hostname, port } = new URL(url);
    const opened = connect(Number(port), hostname);
    opened.on('error', () => undefined);
    await once(opened, 'connect');
    if (text) opened.write(text);
    return opened;
  }

  async function expectCleanStop(): Promise<void> {
    const signalledAt = performance.now();
    program.kill('SIGTERM');
    const { code, stdout } = await program.result();
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('"Stopping"') });
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
  }

  it('ends with code 0 within 10 s though clients keep idle, silent and half-sent connections open', async () => {
    await serve();
    expect(await begin()).toEqual({ data: { startJourney: { state: 'EN_ROUTE' } } });
    const idle = await socket('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(idle, 'data');
    const silent = await socket('');
    const halfway = await socket(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\ncontent-type: application/json\r\n\r\n{',
    );
    await expectCleanStop();
    for (const opened of [idle, silent, halfway]) opened.destroy();
  }, 20_000);

  it('reports at once that it is not ready, and closes each connection with its answer', async () => {
    await serve({ DRAIN_DELAY_MS: '1000' });
    const live = await fetch(`${url}/health/live`);
    // HTTP/1.1 keeps a connection open unless a header closes it.
    expect(live.headers.get('connection')).toBeNull();
    program.kill('SIGTERM');
    await program.printed(/"Stopping"/);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(ready.headers.get('connection')).toBe('close');
    expect((await program.result()).code).toBe(0);
  }, 20_000);

  it('ends with code 0 within 10 s though Redis does not reply', async () => {
    await serve({});
    await begin();
    process.kill(redis.pid, 'SIGSTOP');
    const poll = ask('student', '{ liveLocation(sessionId: "s") { state } }').catch(() => undefined);
    await expectCleanStop();
    await poll;
    process.kill(redis.pid, 'SIGCONT');
  }, 20_000);

  it('ends with code 0 within 10 s though PostgreSQL is unavailable, and leaves the pending record in Redis', async () => {
    await serve();
    await postgres.halt();
    const client = new Redis(redis.url);
    // This is the record that a start writes. A real start is impossible without the database.
    const fields = { kind: 'STARTED', journeyId: 'j', sessionId: 's', trainerId: 't', studentId: 'u' };
    const times = { startedAt: Date.now(), expiresAt: Date.now() + 3_600_000, version: 1 };
    const record = Object.entries({ ...fields, ...times })
      .flat()
      .map(String);
    await client.xadd('journey:records:{00}', '*', ...record);
    await sleep(1500);
    await expectCleanStop();
    expect(await client.xlen('journey:records:{00}')).toBe(1);
    client.disconnect();
  }, 30_000);

  it('ends with code 0 within 10 s though both stores are unavailable', async () => {
    await serve({});
    await begin();
    await Promise.all([redis.stop(), postgres.halt()]);
    await expectCleanStop();
  }, 30_000);
});
