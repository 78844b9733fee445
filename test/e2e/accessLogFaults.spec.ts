import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { SignJWT } from 'jose';
import { Client } from 'pg';
import { pino } from 'pino';

import { startRedis } from '../../demo/stores/redis';
import { Relay } from '../../src/events/relay';
import { decodeEntry } from '../../src/redis/entryCodec';
import { allPartitions, Keys } from '../../src/redis/keys';
import { createOutboxes } from '../../src/redis/outbox';
import { BuiltServer } from '../faults/builtServer';
import { eventually } from '../faults/eventually';
import { createTestDatabase } from '../support/database';
import { FaultProxy } from '../support/faultProxy';
import { build } from '../support/program';
import { testRedisUrl } from '../support/redis';
import { Actor, TestService } from '../support/service';
import { aSession, bookSessions } from '../support/sessions';

/** The readers in the access log, once each: by the primary key a test at the turn of the hour may leave two lines of one. */
async function linesOf(client: Client, sessionId: string): Promise<string[]> {
  const { rows } = await client.query<{ reader_id: string }>(
    'SELECT DISTINCT reader_id FROM access_log WHERE session_id = $1 ORDER BY reader_id',
    [sessionId],
  );
  return rows.map(({ reader_id }) => reader_id);
}

describe('The access log, when a dependency or the process itself fails', () => {
  let service: TestService;
  let redisProxy: FaultProxy;
  let client: Client;
  beforeAll(async () => {
    redisProxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    service = await TestService.start({ REDIS_URL: redisProxy.redisUrl, REDIS_TIMEOUT_MS: '1000' });
    client = new Client({ connectionString: service.database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    redisProxy.heal();
    await service.stop();
    await redisProxy.stop();
  });

  const logged = (sessionId: string, readerId: string, withinMs?: number): Promise<void> =>
    eventually(
      `${readerId} has a line`,
      async () => (await linesOf(client, sessionId)).includes(readerId),
      withinMs,
    );
  const waiting = (): Promise<number> => service.redis.xlen(service.keys.reads());

  it('has a line of each read while Redis is away, once Redis is back', async () => {
    const { id } = await service.book();
    const operator = await service.actor('operator-without-redis', 'operator');
    redisProxy.refuse();
    // A list of sessions needs only the database.
    const list = await operator.ask('{ sessions(last: 100) { edges { node { id } } } }');
    expect(list.errors).toBeUndefined();
    await sleep(2500);
    expect(await linesOf(client, id)).toEqual([]);
    redisProxy.heal();
    await logged(id, operator.id);
  }, 30_000);

  it.each(['cutBefore', 'cutAfter', 'swallowReply'] as const)(
    'has one line when the append meets %s, so that it is repeated',
    async (kind) => {
      const { id } = await service.book();
      const operator = await service.actor(`operator-of-${kind}`, 'operator');
      redisProxy.inject({ kind, times: 1, when: (request) => request.includes('SESSIONS_READ') });
      await operator.poll(id);
      await logged(id, operator.id);
      expect(redisProxy.affectedRequests).toBe(1);
      redisProxy.heal();
      await eventually('nothing waits', async () => (await waiting()) === 0);
      expect(await linesOf(client, id)).toEqual([operator.id]);
    },
    90_000,
  );

  it('has one line of an entry that is delivered twice, and of entries of two processes', async () => {
    const { id } = await service.book();
    const fields = ['kind', 'SESSIONS_READ', 'readerId', 'operator-twice', 'readerRole', 'OPERATOR'];
    const now = Date.now();
    for (const readAt of [now, now, now + 1])
      await service.redis.xadd(service.keys.reads(), '*', ...fields, 'reads', `${id} ${readAt}`);
    await eventually('nothing waits', async () => (await waiting()) === 0);
    expect(await linesOf(client, id)).toEqual(['operator-twice']);
  });

  it('leaves an entry that only a newer version knows in the outbox, and writes the lines behind it', async () => {
    const { id } = await service.book();
    const newer = await service.redis.xadd(service.keys.reads(), '*', 'kind', 'EXPORTED', 'readerId', 'x');
    const operator = await service.actor('operator-behind', 'operator');
    await operator.poll(id);
    await logged(id, operator.id);
    await eventually('only the newer entry waits', async () => (await waiting()) === 1);
    expect(await service.redis.xlen(service.keys.deadReads())).toBe(0);
    await service.redis.xdel(service.keys.reads(), newer!);
  });

  it('makes a dead letter of an entry without a reader, which never blocks the lines behind it', async () => {
    const { id } = await service.book();
    await service.redis.xadd(service.keys.reads(), '*', 'kind', 'SESSIONS_READ', 'reads', `${id} 1`);
    const operator = await service.actor('operator-behind', 'operator');
    await operator.poll(id);
    await logged(id, operator.id);
    await eventually('it is a dead letter', async () => {
      return (await service.redis.xlen(service.keys.deadReads())) === 1;
    });
  });

  it('is left alone by a process of a release that does not know it yet', async () => {
    const { id } = await service.book();
    await service.stopApp();
    const fields = ['kind', 'SESSIONS_READ', 'readerId', 'operator-mixed', 'readerRole', 'OPERATOR'];
    const entry = [...fields, 'reads', `${id} ${Date.now()}`];
    await service.redis.xadd(service.keys.reads(), '*', ...entry);
    // Such a process has the relays of the other two outboxes, which know no reads even where they meet them.
    expect(decodeEntry(new Map([['kind', 'SESSIONS_READ']]))).toBe('NEWER');
    const { events, records } = createOutboxes({
      client: service.redis,
      keys: service.keys,
      consumer: 'older',
      timeoutMs: 1000,
    });
    const relays = [events, records].map(
      (outbox) =>
        new Relay({
          outbox,
          partitions: allPartitions,
          sink: { maxBatchSize: 1, deliver: () => Promise.reject(new Error('nothing is for this sink')) },
          logger: pino({ level: 'silent' }),
          sweepIntervalMs: 50,
          claimAfterMs: 600,
        }),
    );
    for (const relay of relays) relay.start();
    await sleep(1500);
    for (const relay of relays) await relay.drain(0);
    expect(await waiting()).toBe(1);
    await service.startApp();
    await logged(id, 'operator-mixed');
  }, 20_000);
});

describe('The access log, when the process is killed', () => {
  beforeAll(build, 60_000);

  it('has a line of each read of more than a second ago, although the database was away until the end', async () => {
    const [store, database] = await Promise.all([startRedis(), createTestDatabase()]);
    const proxy = await FaultProxy.start(Number(new URL(database.url).port));
    const url = new URL(database.url);
    url.port = String(proxy.port);
    const server = await BuiltServer.start({ REDIS_URL: store.url, DATABASE_URL: url.href, EVENTS: 'off' });
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const redis = new Redis(store.url);
    try {
      const actor = async (sub: string, role: string): Promise<Actor> => {
        const claims = new SignJWT({ role }).setProtectedHeader({ alg: 'HS256' }).setSubject(sub);
        return new Actor(() => server.url, sub, await claims.setExpirationTime('1h').sign(server.secret));
      };
      const sessions = Array.from({ length: 10 }, (_, index) =>
        aSession({ id: `session-${index}`, trainerId: `trainer-${index}` }),
      );
      await bookSessions(database.url, ...sessions);
      for (const { id, trainerId } of sessions) await (await actor(trainerId, 'trainer')).start(id);
      const operator = await actor('operator-1', 'operator');
      proxy.refuse();
      for (const { id } of sessions) expect((await operator.poll(id)).status).toBe(200);
      await eventually('Redis holds every read', async () => {
        const entries = JSON.stringify(await redis.xrange(new Keys().reads(), '-', '+'));
        return sessions.every(({ id }) => entries.includes(`${id} `));
      });
      await server.kill();
      proxy.heal();
      await server.run();
      for (const { id } of sessions)
        // A process that does not answer any more keeps what it has read for 15 s.
        await eventually(
          `the read of ${id} has its line`,
          async () => (await linesOf(client, id)).length > 0,
          30_000,
        );
      expect(await linesOf(client, 'session-0')).toEqual(['operator-1']);
    } finally {
      await server.kill();
      await client.end();
      redis.disconnect();
      proxy.heal();
      await Promise.all([proxy.stop(), store.stop(), database.drop()]);
    }
  }, 90_000);
});
