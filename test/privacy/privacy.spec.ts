import { once } from 'node:events';
import { type Redis } from 'ioredis';
import { Client } from 'pg';

import { erasePerson, exportPerson, PrivacyError } from '../../src/bin/privacy';
import { DatabasePersonalData } from '../../src/database/personalData';
import { createRedisClient, type RedisClient } from '../../src/redis/client';
import { partitionOf } from '../../src/redis/keys';
import { RedisPersonalData } from '../../src/redis/personalData';
import { ScriptRunner } from '../../src/redis/scriptRunner';
import { RedisCluster } from '../cluster/redisCluster';
import { eventually } from '../faults/eventually';
import { Program } from '../support/program';
import { testRedisUrl } from '../support/redis';
import { metersFromHome, TestService, type Booking } from '../support/service';
import { everythingIn } from './everything';

const PASS_MS = 1500;

/** A service, and the stores as the command sees them. */
class PrivacyStage {
  private constructor(
    readonly service: TestService,
    readonly client: RedisClient,
    readonly stores: { readonly redis: RedisPersonalData; readonly database: DatabasePersonalData },
  ) {}

  static async open(redisUrl: string): Promise<PrivacyStage> {
    const service = await TestService.start({ REDIS_URL: redisUrl, LOG_LEVEL: 'trace' });
    const client = createRedisClient({ url: redisUrl, timeoutMs: 2000, name: 'test' });
    await once(client, 'ready');
    const scripts = new ScriptRunner({ reader: client, writer: client, timeoutMs: 2000 });
    const database = new DatabasePersonalData(service.database.url);
    await database.connect();
    return new PrivacyStage(service, client, {
      redis: new RedisPersonalData({ client, scripts, keys: service.keys }),
      database,
    });
  }

  async close(): Promise<void> {
    this.client.disconnect();
    await this.stores.database.close();
    await this.service.stop();
  }

  /** Every key and value of this service, every row, and the log, as text. */
  async everything(): Promise<string> {
    const { service, client } = this;
    return service.log.join('') + (await everythingIn(client, `${service.prefix}*`, service.database.url));
  }

  /** A session whose journey has ended, and traces of it wherever there can be some. */
  async leaveTraces(): Promise<Booking> {
    const { service } = this;
    const redis = this.client as Redis;
    const booking = await service.book();
    const { id, trainer, student } = booking;
    await student.share(id);
    await trainer.start(id);
    await trainer.update(id, metersFromHome(900));
    await student.poll(id);
    await (await service.actor(`operator-of-${id}`, 'operator')).poll(id);
    await trainer.stop(id);
    await service.book({ trainerId: trainer.id, studentId: student.id });
    const fields = ['kind', 'ENDED', 'sessionId', id, 'trainerId', trainer.id, 'studentId', student.id];
    const { keys } = service;
    const partition = partitionOf(id);
    const streams = [keys.events(partition), keys.deadEvents(partition), keys.deadRecords(partition)];
    // More than one page, so that the traces are on several.
    for (const stream of streams) {
      for (let at = 0; at < 600; at += 1)
        await redis.xadd(stream, '*', ...(at % 300 ? ['kind', 'X'] : fields));
    }
    await redis.hset(keys.expiry(partition), id, JSON.stringify(['j', trainer.id, student.id, '1', '2']));
    await eventually('the records are written', async () => {
      const [journey] = (await this.stores.database.find(student.id)).filter(
        ({ table }) => table === 'journey',
      );
      const isStopped = JSON.stringify(journey?.rows ?? '').includes('"STOPPED"');
      return isStopped && (await this.stores.database.find(`operator-of-${id}`)).length === 1;
    });
    return booking;
  }
}

describe.each(['one Redis', 'a Redis Cluster'])('The data of a person on %s', (kind) => {
  let cluster: RedisCluster | null = null;
  let stage: PrivacyStage;
  beforeAll(async () => {
    if (kind !== 'one Redis') cluster = await RedisCluster.start();
    stage = await PrivacyStage.open(cluster?.url ?? testRedisUrl());
  }, 60_000);
  afterAll(async () => {
    await stage.close();
    await cluster?.stop();
  });

  it('is exported from every place, and of another person nothing is', async () => {
    const { id, student } = await stage.leaveTraces();
    const other = await stage.leaveTraces();
    const data = await exportPerson(stage.stores, student.id);
    const { keys } = stage.service;
    const partition = partitionOf(id);
    expect(data.redis.map(({ key }) => key)).toEqual(
      expect.arrayContaining([
        keys.ended(id),
        keys.meta(id),
        keys.shares(id),
        keys.journeysOf(student.id),
        keys.events(partition),
        keys.deadEvents(partition),
        keys.deadRecords(partition),
        keys.expiry(partition),
      ]),
    );
    expect(data.database.map(({ table, rows }) => [table, rows.length])).toEqual([
      ['journey', 1],
      ['session', 2],
    ]);
    expect(JSON.stringify(data)).not.toContain(other.student.id);
    const reader = await exportPerson(stage.stores, `operator-of-${id}`);
    expect(reader.database).toMatchObject([{ table: 'access_log', rows: [{ session_id: id }] }]);
  });

  it.each(['student', 'trainer', 'operator'] as const)(
    'is nowhere any more after a %s was erased, and the records and everybody else stay',
    async (who) => {
      const traces = await stage.leaveTraces();
      const { id } = traces;
      const user = who === 'operator' ? `operator-of-${id}` : traces[who].id;
      expect(await stage.everything()).toContain(user);
      await erasePerson(stage.stores, user, PASS_MS);
      const everything = await stage.everything();
      expect(everything).not.toContain(user);
      for (const other of [traces.student.id, traces.trainer.id, `operator-of-${id}`]) {
        if (other !== user) expect(everything).toContain(other);
      }
      // Again, as after an interruption.
      await erasePerson(stage.stores, user, 10);
      const operator = await stage.service.actor('staff', 'operator');
      const { data } = await operator.ask(
        'query ($id: ID!) { session(id: $id) { trainerId studentId status home { latitude } lastJourney { state } } }',
        { id },
      );
      expect(data.session.lastJourney.state).toBe('STOPPED');
      expect([data.session.status, data.session.home.latitude]).toEqual(
        who === 'student' ? ['CANCELLED', 0] : [who === 'trainer' ? 'CANCELLED' : 'CONFIRMED', 52.52],
      );
    },
    60_000,
  );

  it('is erased though a process writes the same line of the access log again meanwhile', async () => {
    const { id } = await stage.leaveTraces();
    const user = `operator-of-${id}`;
    const database = new Client({ connectionString: stage.service.database.url });
    await database.connect();
    const { rows } = await database.query('SELECT * FROM access_log WHERE reader_id = $1', [user]);
    const erasing = erasePerson(stage.stores, user, PASS_MS);
    await eventually('the line is erased', async () => (await stage.stores.database.find(user)).length === 0);
    await database.query('INSERT INTO access_log VALUES ($1, $2, $3, $4, $5)', Object.values(rows[0]));
    await database.end();
    await erasing;
    expect(await stage.everything()).not.toContain(user);
  }, 30_000);

  it('cannot be erased while a journey is active, and nothing is changed', async () => {
    const { id, trainer, student } = await stage.service.book();
    await trainer.start(id);
    for (const { id: user } of [trainer, student]) {
      await expect(erasePerson(stage.stores, user, 10)).rejects.toThrow(PrivacyError);
      await expect(erasePerson(stage.stores, user, 10)).rejects.toThrow(/active.*cancelJourney/);
    }
    expect((await student.poll(id)).data.liveLocation).toMatchObject({ state: 'EN_ROUTE' });
    await trainer.stop(id);
    await erasePerson(stage.stores, student.id, PASS_MS);
    expect(await stage.everything()).not.toContain(student.id);
  }, 30_000);

  it('of a person whom nobody knows is empty, and erased at once', async () => {
    expect(await exportPerson(stage.stores, 'nobody')).toMatchObject({ redis: [], database: [] });
    await erasePerson(stage.stores, 'nobody', 10);
  });
});

describe('npm run privacy', () => {
  it('says how it is used', async () => {
    for (const args of [[], ['export'], ['erase', '--user', 'a b'], ['forget', '--user', 'x']]) {
      const { code, stderr } = await new Program('src/bin/privacy.ts', args, {}).result();
      expect(code).toBe(2);
      expect(stderr).toContain('usage: npm run privacy -- export --user ID');
    }
  }, 30_000);
});
