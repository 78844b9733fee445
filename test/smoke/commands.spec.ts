import { jwtVerify } from 'jose';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { build, runProgram } from '../support/program';

const SECRET = 'a secret of these tests, long enough for HS256';

beforeAll(build, 60_000);

describe('npm run token', () => {
  const token = (args: string, env: NodeJS.ProcessEnv = { AUTH_JWT_SECRET: SECRET }) =>
    runProgram('demo/token.ts', args.split(' '), env);

  it('prints a token for that user and role, and nothing else', async () => {
    const env = { AUTH_JWT_SECRET: SECRET, AUTH_ISSUER: 'us', AUTH_AUDIENCE: 'phones' };
    const { code, stdout, stderr } = await token('--sub trainer-1 --role trainer --ttl 60', env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const key = new TextEncoder().encode(SECRET);
    const { payload } = await jwtVerify(stdout.trim(), key, {
      issuer: 'us',
      audience: 'phones',
      algorithms: ['HS256'],
    });
    expect(payload).toMatchObject({ sub: 'trainer-1', role: 'trainer' });
    expect(payload.exp! - payload.iat!).toBe(60);
  });

  it.each([
    ['--role trainer', '--sub must be an id'],
    ['--sub bad/id --role trainer', '--sub must be an id'],
    ['--sub one --role boss', '--role must be one of trainer, student, operator, service'],
    ['--sub one --role trainer --ttl 0', '--ttl must be a whole number'],
    ['--sub one --role trainer --for ever', "Unknown option '--for'"],
  ])('%s: says %s', async (args, message) => {
    const { code, stdout, stderr } = await token(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('    at ');
  });

  it('names the secret that is missing', async () => {
    const { code, stderr } = await token('--sub one --role trainer', {});
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('AUTH_JWT_SECRET is not set'),
    });
  });
});

describe('npm run seed', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  const seed = (...args: string[]) => runProgram('demo/seed.ts', args, { DATABASE_URL: database.url });

  it('adds sessions of the next 24 hours to the database, and updates the same sessions when run again', async () => {
    for (let time = 1; time <= 2; time++) {
      await expect(seed('--sessions', '10000')).resolves.toMatchObject({ code: 0, stderr: '' });
    }
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(`
      SELECT count(*)::int, min(id), max(id), count(DISTINCT trainer_id)::int AS trainers,
        bool_and(status = 'CONFIRMED') AS confirmed,
        bool_and(scheduled_at BETWEEN now() - interval '1 minute' AND now() + interval '1 day') AS soon,
        bool_and(home_latitude BETWEEN 41 AND 43 AND home_longitude BETWEEN -89 AND -87) AS "inTown"
      FROM session`);
    await client.end();
    expect(rows).toEqual([
      {
        count: 10_000,
        min: 'session-00001',
        max: 'session-10000',
        trainers: 10_000,
        confirmed: true,
        soon: true,
        inTown: true,
      },
    ]);
  });

  it.each([
    [[], 'npm run seed -- --sessions N'],
    [['--sessions', 'many'], '--sessions must be a whole number'],
  ])('%j: says %s', async (args, message) => {
    const { code, stderr } = await seed(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  it('reports that a database has to be migrated or cannot be reached', async () => {
    const unmigrated = new URL(database.url);
    unmigrated.pathname = 'template1';
    const args = ['--sessions', '1'];
    const without = await runProgram('demo/seed.ts', args, { DATABASE_URL: unmigrated.href });
    expect(without.stderr).toContain('`npm run migrate` first');
    const away = await runProgram('demo/seed.ts', args, {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    });
    expect(away.stderr).toContain("The database can't be reached");
  });
});

describe('npm run migrate', () => {
  it('names the setting that is missing, and reports when the database cannot be reached', async () => {
    const without = await runProgram('bin/migrate.js', [], {});
    expect(without).toMatchObject({ code: 1, stderr: expect.stringContaining('DATABASE_URL is not set') });
    const away = await runProgram('bin/migrate.js', [], {
      DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none',
    });
    expect(away).toMatchObject({ code: 1, stderr: expect.stringContaining("can't be reached") });
    expect(away.stderr).not.toContain('secret');
  });
});
