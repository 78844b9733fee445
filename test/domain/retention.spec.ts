import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

import { Retention, type DeletedRecords } from '../../src/domain/retention';
import { RedisRetentionTurns } from '../../src/redis/retentionTurns';
import { TestDomain } from '../support/domain';
import { FaultProxy } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';

const DAYS = 400;
const DAY_MS = 24 * 3600_000;

describe('The deletion of old records', () => {
  let domain: TestDomain;
  let redisProxy: FaultProxy;
  let client: Client;
  let finished: number;
  beforeEach(async () => {
    finished = 0;
    const redisUrl = new URL(testRedisUrl());
    redisProxy = await FaultProxy.start(Number(redisUrl.port || 6379));
    redisUrl.port = String(redisProxy.port);
    domain = await TestDomain.open(redisUrl.href);
    client = new Client({ connectionString: domain.tables.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    redisProxy.heal();
    await domain.close();
    await redisProxy.stop();
  });

  const turns = () => new RedisRetentionTurns(domain.live.scripts, domain.live.keys);
  /** Of one process. */
  const retentionOf = (
    onDeleted: (deleted: DeletedRecords) => void = () => undefined,
    onError: (error: unknown) => void = () => undefined,
  ): Retention =>
    new Retention({
      turns: turns(),
      records: domain.database.oldRecords,
      days: DAYS,
      onDeleted,
      onFinished: () => (finished += 1),
      onError,
    });
  /** Journeys and lines of the access log; the age is that of the journeys' ends. */
  const addRecords = async (name: string, count: number, days: number): Promise<void> => {
    await client.query(
      `INSERT INTO journey SELECT $1 || n, $1 || n, 'trainer-1', 'student-1', 'STOPPED', at - interval '30 minutes',
         at + interval '30 minutes', at, 2 FROM (SELECT n, now() - make_interval(days => $3) AS at FROM generate_series(1, $2) AS n) AS one`,
      [name, count, days],
    );
    await client.query(
      `INSERT INTO access_log SELECT $1 || n, 'operator-1', 'OPERATOR', date_trunc('hour', at), at
         FROM (SELECT n, now() - make_interval(days => $3) AS at FROM generate_series(1, $2) AS n) AS one`,
      [name, count, days],
    );
  };
  /** How many journeys and lines there are. */
  const left = async (): Promise<number[]> => {
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int FROM journey UNION ALL SELECT count(*)::int FROM access_log',
    );
    return rows.map(({ count }) => count);
  };
  /** The time of the turn comes at once. */
  const skipWait = () => domain.live.redis.del(domain.live.keys.retention());
  const eventually = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 200; tries += 1) {
      if (await isTrue()) return;
      await sleep(50);
    }
    throw new Error('It did not become true within 10 s.');
  };

  it('deletes what is older than the setting, and leaves what is younger, or ended or expires later', async () => {
    await addRecords('old-', 3, DAYS + 1);
    await addRecords('young-', 2, DAYS - 1);
    await client.query(`
      INSERT INTO journey
        SELECT id, id, 'trainer-1', 'student-1', state::journey_state, now() - started, now() - expires, now() - ended, 1
        FROM (VALUES
          ('ended-later', 'ARRIVED', interval '400 days 10 minutes', interval '399 days', interval '399 days 23 hours'),
          ('expires-later', 'EN_ROUTE', interval '400 days 10 minutes', interval '399 days 23 hours', NULL),
          ('never-ended', 'EN_ROUTE', interval '402 days', interval '401 days', NULL)
        ) AS one (id, state, started, expires, ended)`);
    const deleted: DeletedRecords[] = [];
    await retentionOf((one) => deleted.push(one)).run();
    expect(deleted).toEqual([
      { journey: 4, access_log: 3 },
      { journey: 0, access_log: 0 },
    ]);
    const { rows } = await client.query<{ id: string }>('SELECT id FROM journey ORDER BY id');
    expect(rows.map(({ id }) => id)).toEqual(['ended-later', 'expires-later', 'young-1', 'young-2']);
    const lines = await client.query('SELECT session_id AS id FROM access_log ORDER BY 1');
    expect(lines.rows).toEqual([{ id: 'young-1' }, { id: 'young-2' }]);
  });

  it('is done once a day by one of the processes, a batch at a time, and counts each record once', async () => {
    await addRecords('old-', 2500, DAYS + 1);
    const deleted: DeletedRecords[][] = [[], [], [], []];
    const waits = await Promise.all(deleted.map((own) => retentionOf((one) => own.push(one)).run()));
    expect(deleted.filter((own) => own.length > 0)).toEqual([
      [1000, 1000, 500, 0].map((count) => ({ journey: count, access_log: count })),
    ]);
    expect(waits.filter((wait) => wait <= 60_000)).toHaveLength(3);
    expect(finished).toBe(1);
    expect(await left()).toEqual([0, 0]);

    await addRecords('later-', 1, DAYS + 1);
    const again = await Promise.all(deleted.map(() => retentionOf().run()));
    for (const wait of again) expect(wait).toBeGreaterThan(DAY_MS - 60_000);
    expect(await left()).toEqual([1, 1]);
  });

  it('deletes each record once even where two processes believe that it is their turn', async () => {
    await addRecords('old-', 5000, DAYS + 1);
    await addRecords('young-', 10, DAYS - 1);
    const deleteAll = async (): Promise<DeletedRecords> => {
      const sum = { journey: 0, access_log: 0 };
      for (;;) {
        const { journey, access_log } = await domain.database.oldRecords.deleteOlderThan(DAYS, 200);
        if (journey + access_log === 0) return sum;
        sum.journey += journey;
        sum.access_log += access_log;
      }
    };
    const sums = await Promise.all([deleteAll(), deleteAll()]);
    expect(sums.reduce((sum, { journey }) => sum + journey, 0)).toBe(5000);
    expect(sums.reduce((sum, { access_log }) => sum + access_log, 0)).toBe(5000);
    expect(await left()).toEqual([10, 10]);
  });

  it('is taken over when the process that has the turn dies, and that one stops should it still live', async () => {
    await addRecords('old-', 1500, DAYS + 1);
    expect(await turns().hold('of a process that dies', 500)).toBe(0);
    const wait = await retentionOf().run();
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(500);
    expect(await left()).toEqual([1500, 1500]);
    await sleep(wait + 20);

    // This one loses its turn after the first batch.
    const batches: DeletedRecords[] = [];
    let taken: Promise<unknown> | undefined;
    const slow = retentionOf((one) => {
      batches.push(one);
      taken = domain.live.redis.set(domain.live.keys.retention(), 'of another process', 'PX', 700);
    });
    expect(await slow.run()).toBeLessThanOrEqual(700);
    await taken;
    expect(batches).toHaveLength(1);
    expect(await left()).toEqual([500, 500]);
    await sleep(720);
    expect(await retentionOf().run()).toBe(DAY_MS);
    expect(await left()).toEqual([0, 0]);
  });

  it('reports an outage of the database, harms nothing else, and goes on in a later turn', async () => {
    await addRecords('old-', 5, DAYS + 1);
    domain.proxy.refuse();
    const errors: unknown[] = [];
    const retention = retentionOf(undefined, (error) => errors.push(error));
    retention.start(0);
    await eventually(() => errors.length > 0);
    expect(errors).toMatchObject([{ code: 'STORE_UNAVAILABLE' }]);
    await retention.stop();
    domain.proxy.heal();
    // The failed turn does not count as the day's: it ends within a minute.
    expect(await turns().hold('another', 1)).toBeLessThanOrEqual(60_000);
    await skipWait();
    await eventually(() =>
      retentionOf()
        .run()
        .then((wait) => wait === DAY_MS)
        .catch(() => skipWait().then(() => false)),
    );
    expect(await left()).toEqual([0, 0]);
  });

  it('reports an outage of Redis, and deletes nothing until it has the turn', async () => {
    await addRecords('old-', 5, DAYS + 1);
    redisProxy.refuse();
    await expect(retentionOf().run()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await left()).toEqual([5, 5]);
    redisProxy.heal();
    await eventually(() =>
      retentionOf()
        .run()
        .then(() => true)
        .catch(() => false),
    );
    expect(await left()).toEqual([0, 0]);
  });

  it('stops with its process after the batch at work, and another process deletes the rest', async () => {
    await addRecords('old-', 4500, DAYS + 1);
    const batches: DeletedRecords[] = [];
    const retention = retentionOf((one) => batches.push(one));
    retention.start(0);
    await eventually(() => batches.length > 0);
    const stoppedAt = performance.now();
    await retention.stop();
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    const rest = await left();
    expect(rest[0]).toBe(4500 - batches.length * 1000);
    await sleep(300);
    expect(await left()).toEqual(rest);
    await skipWait();
    await retentionOf().run();
    expect(await left()).toEqual([0, 0]);
  });
});
