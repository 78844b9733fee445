import { Client } from 'pg';
import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { build, Program, runProgram } from '../support/program';

const SECRET = 'a secret of the smoke test, long enough for HS256';

interface Answer {
  readonly status: number;
  readonly body: { data?: Record<string, any> | null; errors?: { extensions: { code: string } }[] };
}

describe('The built server', () => {
  let redis: EmbeddedStore;
  let database: TestDatabase;
  let server: Program;
  let url: string;
  let env: NodeJS.ProcessEnv;
  const tokens: string[] = [];

  beforeAll(async () => {
    build();
    [redis, database] = await Promise.all([startRedis(), createTestDatabase()]);
    await dropSchema(database.url);
    env = {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
    };
  }, 60_000);

  afterAll(async () => {
    server?.kill('SIGKILL');
    await redis?.stop();
    await database?.drop();
  });

  const tokenOf = async (sub: string, role: string): Promise<string> => {
    const { stdout } = await runProgram('demo/token.ts', ['--sub', sub, '--role', role], env);
    tokens.push(stdout.trim());
    return stdout.trim();
  };

  const ask = async (token: string | null, query: string): Promise<Answer> => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };

  it('refuses to start with bad settings and names each of them', async () => {
    const { code, stderr } = await runProgram('main.js', [], {
      ...env,
      DATABASE_URL: 'mysql://here',
      PORT: 'http',
    });
    expect(code).not.toBe(0);
    expect(stderr).toContain('DATABASE_URL');
    expect(stderr).toContain('PORT');
    expect(stderr).not.toContain('mysql://here');
  });

  it('migrates an empty database, and the seed fills it', async () => {
    const first = await runProgram('bin/migrate.js', [], env);
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^applied .*_session_and_journey/),
    });
    const second = await runProgram('bin/migrate.js', [], env);
    expect(second).toMatchObject({ code: 0, stdout: 'The schema is up to date.\n' });
    await expect(runProgram('demo/seed.ts', ['--sessions', '3'], env)).resolves.toMatchObject({ code: 0 });
  });

  it('starts, and reports that it is ready', async () => {
    server = new Program('main.js', [], env);
    url = await server.printed(/"url":"(http:[^"]+)"/);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect(ready.status).toBe(200);
    await expect(ready.json()).resolves.toMatchObject({ stores: { redis: 'up', database: 'up' } });
  });

  it('shows the location of an active journey to its student, and to no other caller', async () => {
    const trainer = await tokenOf('trainer-00001', 'trainer');
    const student = await tokenOf('student-00001', 'student');
    const started = await ask(trainer, 'mutation { startJourney(sessionId: "session-00001") { state } }');
    expect(started).toEqual({ status: 200, body: { data: { startJourney: { state: 'EN_ROUTE' } } } });

    const sent = await ask(
      trainer,
      `mutation { updateLocation(sessionId: "session-00001", location: { latitude: 41.8801, longitude: -87.6299 }) { sessionId } }`,
    );
    expect(sent.body.errors).toBeUndefined();

    const poll =
      '{ liveLocation(sessionId: "session-00001") { state signal location { latitude longitude } } }';
    const seen = await ask(student, poll);
    expect(seen.body.data?.['liveLocation']).toEqual({
      state: 'EN_ROUTE',
      signal: 'LIVE',
      location: { latitude: 41.8801, longitude: -87.6299 },
    });
    expect(
      (await ask(await tokenOf('student-00002', 'student'), poll)).body.errors?.[0]?.extensions.code,
    ).toBe('SESSION_NOT_FOUND');
    expect((await ask(null, poll)).status).toBe(401);
  });

  it('ends on SIGTERM with code 0, after the journey’s record is written', async () => {
    server.kill('SIGTERM');
    const { code, stdout, stderr } = await server.result();
    // It also says that this took less than 7 s: after that the process ends with code 1.
    expect(code).toBe(0);

    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('SELECT session_id, state FROM journey');
    await client.end();
    expect(rows).toEqual([{ session_id: 'session-00001', state: 'EN_ROUTE' }]);

    for (const secret of [...tokens, SECRET, '41.8801', '87.6299'])
      expect(stdout + stderr).not.toContain(secret);
  });
});

/** Removes the schema that test databases already have. */
async function dropSchema(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await client.end();
}
