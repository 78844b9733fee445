import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { callsScript, FaultProxy } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { TestService, type Booking, type GraphQLAnswer } from '../support/service';
import { eventually } from './eventually';
import { FAULT_SETTINGS, isUnavailable, retryWhileUnavailable } from './scenes';

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function timed(ask: () => Promise<GraphQLAnswer>): Promise<{ answer: GraphQLAnswer; ms: number }> {
  const startedAt = performance.now();
  return { answer: await ask(), ms: performance.now() - startedAt };
}

/** The readiness check: its status, and what it reports of the stores. */
async function readiness(service: TestService): Promise<{ status: number; stores: Record<string, string> }> {
  const response = await fetch(`${service.address}/health/ready`);
  return {
    status: response.status,
    stores: ((await response.json()) as { stores: Record<string, string> }).stores,
  };
}

/** The durable records of those of these journeys that have ended. */
async function records(
  { database }: TestService,
  ids: readonly string[],
): Promise<{ id: string; state: string }[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT id, state::text FROM journey WHERE id = ANY($1) AND state <> 'EN_ROUTE'",
    [ids],
  );
  await client.end();
  return rows as { id: string; state: string }[];
}

/** Milliseconds until `ask` succeeds. */
async function recovery(ask: () => Promise<GraphQLAnswer>): Promise<number> {
  const startedAt = performance.now();
  await retryWhileUnavailable(ask);
  return performance.now() - startedAt;
}

describe('While Redis is unavailable', () => {
  let store: EmbeddedStore;
  let proxy: FaultProxy;
  let service: TestService;
  let booking: Booking;
  beforeAll(async () => {
    store = await startRedis();
    proxy = await FaultProxy.start(store.port);
    // The command timeout is production's, because the limits on recovery below apply to it.
    service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: '1000',
    });
  });
  afterAll(async () => {
    proxy.heal();
    await service.stop();
    await proxy.stop();
    await store.stop();
  });
  let end: () => Promise<void> = async () => undefined;
  afterEach(() => end());
  beforeEach(async () => {
    booking = await service.book();
    await retryWhileUnavailable(() => booking.trainer.start(booking.id));
  });

  /** Sends requests until the breaker is open, and returns how long further answers take, ms. */
  async function outage(): Promise<number[]> {
    const { trainer, student, id } = booking;
    await Promise.all(Array.from({ length: 8 }, () => student.poll(id)));
    const times: number[] = [];
    for (let at = 0; at < 20; at += 1) {
      const { answer, ms } = await timed(() => (at % 2 ? student.poll(id) : trainer.stop(id)));
      expect(isUnavailable(answer)).toBe(true);
      times.push(ms);
    }
    return times;
  }

  const away: readonly { how: string; begin: () => void; end: () => Promise<void> }[] = [
    {
      how: 'suspended',
      begin: () => process.kill(store.pid, 'SIGSTOP'),
      end: async () => void process.kill(store.pid, 'SIGCONT'),
    },
    { how: 'killed', begin: () => process.kill(store.pid, 'SIGKILL'), end: () => store.resume() },
    {
      how: 'silent behind a stalled network',
      begin: () => proxy.inject({ kind: 'hold' }),
      end: async () => proxy.heal(),
    },
    { how: 'refusing connections', begin: () => proxy.refuse(), end: async () => proxy.heal() },
  ];
  it.each(away)(
    '$how: answers come at once, readiness reports it, and service resumes within 2 s of its return',
    async (fault) => {
      fault.begin();
      end = fault.end;
      const times = await outage();
      expect(median(times)).toBeLessThan(50);
      // If an outage of the store made processes unready, an orchestrator would replace all of them at once.
      expect(await readiness(service)).toEqual({
        status: 200,
        stores: expect.objectContaining({ redis: 'down' }),
      });

      await fault.end();
      end = async () => undefined;
      expect(await recovery(() => booking.student.poll(booking.id))).toBeLessThan(2000);
      const another = await service.book();
      expect(await recovery(() => another.trainer.start(another.id))).toBeLessThan(2000);
      await eventually('readiness reports that Redis is back', async () => {
        const { status, stores } = await readiness(service);
        return status === 200 && stores['redis'] === 'up';
      });
    },
  );

  it('lets calls wait for a connection that comes back within their deadline', async () => {
    const another = await service.book();
    proxy.refuse();
    await sleep(50);
    const answers = Promise.all([
      booking.student.poll(booking.id),
      booking.trainer.stop(booking.id),
      another.trainer.start(another.id),
    ]);
    await sleep(150);
    proxy.heal();
    for (const answer of await answers) expect(answer.errors).toBeUndefined();
  });

  it('reports what is wrong: Redis did not answer, or it cannot be reached', async () => {
    const { student, id } = booking;
    const message = async () => (await student.poll(id)).errors![0].message as string;
    proxy.inject({ kind: 'swallowReply', when: callsScript('readSnapshot') });
    expect(await message()).toMatch(/^The live store \(Redis\) did not answer in time\. /);
    proxy.refuse();
    expect(await message()).toMatch(/^The live store \(Redis\) cannot be reached\. /);
    proxy.heal();
    await recovery(() => student.poll(id));
  });

  it('lets one call at a time check whether it is back', async () => {
    const { student, id } = booking;
    proxy.inject({ kind: 'swallowReply', when: callsScript('readSnapshot') });
    await Promise.all(Array.from({ length: 8 }, () => student.poll(id)));
    await sleep(100);
    const before = proxy.affectedRequests;
    const until = performance.now() + 2000;
    while (performance.now() < until) {
      await Promise.all(Array.from({ length: 10 }, () => student.poll(id)));
      await sleep(10);
    }
    // At most one call each half second, although ten callers ask all the time.
    expect(proxy.affectedRequests - before).toBeLessThanOrEqual(5);
    proxy.heal();
  });
});

describe('A process that starts before Redis is available', () => {
  it('waits for it, and then serves', async () => {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    proxy.refuse();
    const starting = TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: '1000',
    });
    await sleep(1500);
    proxy.heal();
    const service = await starting;
    try {
      const { trainer, id } = await service.book();
      expect((await trainer.start(id)).data.startJourney.state).toBe('EN_ROUTE');
    } finally {
      await service.stop();
      await proxy.stop();
    }
  });
});

describe('While PostgreSQL is unavailable', () => {
  let proxy: FaultProxy;
  let service: TestService;
  beforeAll(async () => {
    const { port } = new URL(process.env['TEST_DATABASE_URL']!);
    proxy = await FaultProxy.start(Number(port));
    service = await TestService.start((databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(proxy.port);
      return { ...FAULT_SETTINGS, DATABASE_URL: url.href };
    });
  });
  afterAll(async () => {
    proxy.heal();
    await service.stop();
    await proxy.stop();
  });

  it.each([
    { how: 'refusing connections', begin: () => proxy.refuse() },
    { how: 'silent', begin: () => proxy.inject({ kind: 'hold' }) },
  ])(
    '$how: requests that need it get 503 at once, journeys go on, and their records are written later',
    async (fault) => {
      const driving = await Promise.all(Array.from({ length: 5 }, () => service.book()));
      const waiting = await service.book();
      const { trainer, student, id } = waiting;
      const ids: string[] = [];
      for (const { trainer: driver, id: sessionId } of driving) {
        ids.push((await retryWhileUnavailable(() => driver.start(sessionId))).data.startJourney.id);
      }

      fault.begin();
      await Promise.all(Array.from({ length: 6 }, () => trainer.start(id)));
      const times: number[] = [];
      for (let at = 0; at < 10; at += 1) {
        const { answer, ms } = await timed(() =>
          at % 2 ? trainer.start(id) : student.ask('{ sessions { edges { node { id } } } }'),
        );
        expect(isUnavailable(answer)).toBe(true);
        expect(answer.errors![0].extensions.store).toBe('database');
        times.push(ms);
      }
      expect(median(times)).toBeLessThan(50);
      expect(await readiness(service)).toEqual({
        status: 200,
        stores: expect.objectContaining({ database: 'down' }),
      });

      // Active journeys are not affected.
      for (const [at, { trainer: driver, student: home, id: sessionId }] of driving.entries()) {
        const fix = { latitude: 52.52, longitude: 13.405, accuracy: 10 };
        expect((await driver.update(sessionId, fix)).data.updateLocation.status).toBe('ACCEPTED');
        expect((await home.poll(sessionId)).data.liveLocation).toMatchObject({ isActive: true, version: 2 });
        expect((await home.ask('{ activeJourneys { id } }')).data.activeJourneys).toEqual([{ id: ids[at] }]);
        const end = at % 2 ? await driver.stop(sessionId) : await driver.arrive(sessionId);
        expect(end.errors).toBeUndefined();
        expect((await home.poll(sessionId)).data.liveLocation).toMatchObject({
          isActive: false,
          state: at % 2 ? 'STOPPED' : 'ARRIVED',
        });
      }

      proxy.heal();
      expect(await recovery(() => trainer.start(id))).toBeLessThan(2000);
      await eventually(
        'every journey has its record',
        async () => (await records(service, ids)).length === ids.length,
        20_000,
      );
      expect(await records(service, ids)).toEqual(
        expect.arrayContaining(
          ids.map((journey, at) => ({ id: journey, state: at % 2 ? 'STOPPED' : 'ARRIVED' })),
        ),
      );
      await eventually(
        'readiness reports that PostgreSQL is back',
        async () => (await readiness(service)).stores['database'] === 'up',
      );
    },
  );
});
