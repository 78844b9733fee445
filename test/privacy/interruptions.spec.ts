import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { SignJWT } from 'jose';
import { Client } from 'pg';

import { startRedis } from '../../demo/stores/redis';
import { createRedisClient, type RedisClient } from '../../src/redis/client';
import { BuiltServer } from '../faults/builtServer';
import { eventually } from '../faults/eventually';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { callsScript, FaultProxy, type Fault } from '../support/faultProxy';
import { freePort } from '../support/freePort';
import { build, Program, type ProgramResult } from '../support/program';
import { Actor, HOME, metersFromHome } from '../support/service';
import { aSession, bookSessions } from '../support/sessions';
import { everythingIn } from './everything';

const isCommit = (request: Buffer): boolean => request.includes('COMMIT');
const callsErasePerson = callsScript('erasePerson');
/** Selects the second request of those that `when` selects. */
function second(when: (request: Buffer) => boolean): (request: Buffer) => boolean {
  let count = 0;
  return (request) => when(request) && (count += 1) === 2;
}

interface Interruption {
  readonly name: string;
  readonly store: 'redis' | 'database';
  readonly fault: Fault;
  /** Whether the program is killed where the fault happens. */
  readonly kill: boolean;
}

const interruptions: readonly Interruption[] = [
  {
    name: 'killed before PostgreSQL has committed',
    store: 'database',
    fault: { kind: 'hold', when: isCommit, times: 1 },
    kill: true,
  },
  {
    name: 'killed while it waits for the reply to the commit',
    store: 'database',
    fault: { kind: 'swallowReply', when: isCommit, times: 1 },
    kill: true,
  },
  {
    name: 'killed between PostgreSQL and Redis',
    store: 'redis',
    fault: { kind: 'hold', when: callsErasePerson, times: 1 },
    kill: true,
  },
  {
    name: 'killed between two keys of Redis',
    store: 'redis',
    fault: { kind: 'hold', when: second(callsErasePerson), times: 1 },
    kill: true,
  },
  {
    name: 'cut off from PostgreSQL when it has committed',
    store: 'database',
    fault: { kind: 'cutAfter', when: isCommit, times: 1 },
    kill: false,
  },
  {
    name: 'cut off from Redis in the middle',
    store: 'redis',
    fault: { kind: 'cutAfter', when: second(callsErasePerson) },
    kill: false,
  },
];

describe('An erasure', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let database: TestDatabase;
  let proxies: { readonly redis: FaultProxy; readonly database: FaultProxy };
  let server: BuiltServer;
  let client: RedisClient;
  beforeAll(async () => {
    build();
    [redis, database] = await Promise.all([startRedis(), createTestDatabase()]);
    const portOf = (url: string): number => Number(new URL(url).port);
    proxies = {
      redis: await FaultProxy.start(portOf(redis.url)),
      database: await FaultProxy.start(portOf(database.url)),
    };
    server = await BuiltServer.start({ REDIS_URL: redis.url, DATABASE_URL: database.url, EVENTS: 'off' });
    client = createRedisClient({ url: redis.url, timeoutMs: 2000, name: 'test' });
    await once(client, 'ready');
  }, 60_000);
  afterAll(async () => {
    client.disconnect();
    await server.kill();
    for (const proxy of Object.values(proxies)) {
      proxy.heal();
      await proxy.stop();
    }
    await redis.stop();
    await database.drop();
  });

  async function actor(id: string, role: string): Promise<Actor> {
    const token = new SignJWT({ role }).setProtectedHeader({ alg: 'HS256' }).setSubject(id);
    return new Actor(() => server.url, id, await token.setExpirationTime('1h').sign(server.secret));
  }

  /** What a journey leaves behind, and a session still to come. */
  async function leaveTraces() {
    const [id, later] = [`session-${randomUUID()}`, `later-${randomUUID()}`];
    const trainer = await actor(`trainer-${randomUUID()}`, 'trainer');
    const student = await actor(`student-${randomUUID()}`, 'student');
    const fields = { trainerId: trainer.id, studentId: student.id, home: HOME };
    const scheduledAt = Date.now() + 3_600_000;
    await bookSessions(
      database.url,
      ...[id, later].map((one) => aSession({ id: one, scheduledAt, ...fields })),
    );
    await trainer.start(id);
    await trainer.update(id, metersFromHome(900));
    await student.share(id);
    await trainer.stop(id);
    await eventually('the end is recorded', async () => {
      const [row] = await rowsOf('SELECT state FROM journey WHERE session_id = $1', id);
      return row?.['state'] === 'STOPPED';
    });
    return { id, later, trainer, student };
  }

  async function rowsOf(query: string, ...values: string[]): Promise<Record<string, unknown>[]> {
    const one = new Client({ connectionString: database.url });
    await one.connect();
    const { rows } = await one.query<Record<string, unknown>>(query, values);
    await one.end();
    return rows;
  }

  const erase = (user: string): Program => run('erase', user);

  function run(command: 'export' | 'erase', user: string): Program {
    const url = new URL(database.url);
    url.port = String(proxies.database.port);
    return new Program('src/bin/privacy.ts', [command, '--user', user], {
      REDIS_URL: proxies.redis.redisUrl,
      DATABASE_URL: url.href,
    });
  }

  async function interrupted(user: string, { store, fault, kill }: Interruption): Promise<ProgramResult> {
    const proxy = proxies[store];
    proxy.inject(fault);
    const program = erase(user);
    await eventually('the fault has happened', () => proxy.affectedRequests > 0, 20_000);
    if (kill) program.kill('SIGKILL');
    const result = await program.result();
    proxy.heal();
    return result;
  }

  it('that was prepared by an export has the same data before it', async () => {
    const { id, student, trainer } = await leaveTraces();
    const { code, stdout, stderr } = await run('export', student.id).result();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const data = JSON.parse(stdout);
    expect(data.user).toBe(student.id);
    expect(JSON.stringify(data.redis)).toContain(id);
    expect(data.database.map(({ table }: { table: string }) => table)).toEqual(['journey', 'session']);
    expect(stdout).toContain(trainer.id);
  }, 30_000);

  it('by a login with too few rights says which one to use', async () => {
    const role = `service_${randomUUID().replaceAll('-', '')}`;
    await rowsOf(`CREATE ROLE ${role} LOGIN PASSWORD 'password'`);
    await rowsOf(`GRANT SELECT ON session, journey TO ${role}`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'password'];
    for (const command of ['export', 'erase']) {
      const program = new Program('src/bin/privacy.ts', [command, '--user', 'x'], {
        REDIS_URL: redis.url,
        DATABASE_URL: url.href,
      });
      const { code, stderr } = await program.result();
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr:
          'The login of DATABASE_URL may not read or change all tables: use the one that runs the migrations.\n',
      });
    }
    await rowsOf(`DROP OWNED BY ${role}`);
    await rowsOf(`DROP ROLE ${role}`);
  }, 30_000);

  it('without a store says so, and does not hang', async () => {
    const stores = { REDIS_URL: redis.url, DATABASE_URL: database.url };
    const nowhere = `127.0.0.1:${await freePort()}`;
    for (const url of [{ REDIS_URL: `redis://${nowhere}` }, { DATABASE_URL: `postgres://x@${nowhere}/x` }]) {
      const program = new Program('src/bin/privacy.ts', ['export', '--user', 'x'], { ...stores, ...url });
      const { code, stderr } = await program.result();
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `A store did not answer: connect ECONNREFUSED ${nowhere}. Run the same command again.\n`,
      });
    }
  }, 30_000);

  it.each(interruptions)(
    'that is $name ends when it is repeated, and leaves the others alone',
    async (interruption) => {
      const { id, later, trainer, student } = await leaveTraces();
      const other = await leaveTraces();
      const first = await interrupted(student.id, interruption);
      // A program that is not killed either repeats the step, or says in one line that a store did not answer.
      if (!interruption.kill && first.code !== 0) {
        expect(first).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/^A store did not answer: .+\n$/),
        });
      }
      const result = await erase(student.id).result();
      expect(result).toMatchObject({ code: 0, stderr: '' });

      const everything = await everythingIn(client, '*', database.url);
      expect(everything).not.toContain(student.id);
      for (const { id: user } of [trainer, other.trainer, other.student]) expect(everything).toContain(user);
      const sessions = await rowsOf(
        'SELECT status, home_latitude, home_longitude FROM session WHERE id IN ($1, $2)',
        id,
        later,
      );
      const erased = { status: 'CANCELLED', home_latitude: 0, home_longitude: 0 };
      expect(sessions).toEqual([erased, erased]);
      const journeys = await rowsOf('SELECT state FROM journey WHERE session_id = $1', id);
      expect(journeys).toEqual([{ state: 'STOPPED' }]);
      // The records of one journey name one person.
      expect((await other.student.shares(other.id)).data.session.shares).toHaveLength(1);
    },
    60_000,
  );
});
