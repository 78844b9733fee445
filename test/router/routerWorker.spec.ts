import { randomUUID } from 'node:crypto';

import { allPartitions } from '../../src/redis/keys';
import { RedisRouterTurns } from '../../src/redis/routerTurns';
import { OsrmRouter } from '../../src/router/osrmRouter';
import { RouterCalls } from '../../src/router/routerCalls';
import { RouterWorker } from '../../src/router/routerWorker';
import { eventually } from '../faults/eventually';
import { OsrmStandIn } from '../support/osrm';
import { FaultProxy } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { HOME, metersFromHome } from '../support/service';
import { TestStore } from '../support/store';

const INTERVAL_MS = 1000;

describe('The router worker', () => {
  let osrm: OsrmStandIn;
  let test: TestStore;
  let workers: RouterWorker[];
  let errors: unknown[];
  beforeEach(async () => {
    osrm = await OsrmStandIn.start();
    test = await TestStore.open();
    workers = [];
    errors = [];
  });
  afterEach(async () => {
    await Promise.all(workers.map((worker) => worker.stop()));
    await test.close();
    await osrm.stop();
  });

  /**
   * As one process has it.
   * @param store its own connections to the same journeys
   * @param timeoutMs of a call; the default is for many first calls at once on a slow machine
   */
  const startWorker = (store = test, intervalMs = INTERVAL_MS, timeoutMs = 5000): RouterWorker => {
    const worker = new RouterWorker({
      calls: new RouterCalls({ router: new OsrmRouter(osrm.url), timeoutMs }),
      turns: new RedisRouterTurns(store.scripts, test.keys, { policy: store.policy, intervalMs }),
      partitions: allPartitions,
      intervalMs,
      onError: (error) => errors.push(error),
    });
    workers.push(worker);
    worker.start();
    return worker;
  };
  const drive = async (sessionId = `s-${randomUUID()}`): Promise<string> => {
    await test.startJourney(sessionId, 't', { home: HOME });
    await move(sessionId, 5000);
    return sessionId;
  };
  const move = (sessionId: string, meters: number) =>
    test.store.update({
      sessionId,
      trainerId: 't',
      points: [{ ...metersFromHome(meters), accuracy: 5, heading: null, speed: null, capturedAt: null }],
      sentAt: null,
    });
  const sourceOf = async (sessionId: string) => {
    const snapshot = await test.store.readSnapshot(sessionId);
    return snapshot.kind === 'ACTIVE' ? snapshot.eta?.source : undefined;
  };

  it('asks for each journey once in an interval, however many processes there are', async () => {
    const others = await Promise.all([TestStore.open(), TestStore.open()]);
    try {
      const sessions = await Promise.all(Array.from({ length: 30 }, () => drive()));
      for (const store of [test, ...others]) startWorker(store, 20_000);
      await eventually('each has been asked for', () => osrm.requests.length >= sessions.length);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(osrm.requests).toHaveLength(sessions.length);
      await eventually('each answer is published', async () =>
        (await Promise.all(sessions.map(sourceOf))).every((source) => source === 'ROUTER'),
      );
    } finally {
      await Promise.all(others.map((store) => store.close()));
    }
  }, 30_000);

  it('takes no more turns than it can ask for at once, and the rest as it can', async () => {
    osrm.latencyMs = 50;
    const sessions = await Promise.all(Array.from({ length: 100 }, () => drive()));
    startWorker(test, 20_000);
    await eventually('each has been asked for', () => osrm.requests.length >= sessions.length);
    expect(osrm.maxActive).toBeLessThanOrEqual(32);
    expect(errors).toEqual([]);
  }, 30_000);

  it('keeps the last answer while the router hangs, and asks again once it is back', async () => {
    const sessionId = await drive();
    startWorker(test, INTERVAL_MS, 300);
    await eventually('the answer is published', async () => (await sourceOf(sessionId)) === 'ROUTER');
    osrm.fault = 'hang';
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await move(sessionId, 4960);
    const asked = osrm.requests.length;
    await eventually('it asks again', () => osrm.requests.length > asked);
    expect(await sourceOf(sessionId)).toBe('ROUTER');
    osrm.fault = null;
    osrm.travelSeconds = () => 1800;
    await eventually('the new answer is published', async () => {
      const snapshot = await test.store.readSnapshot(sessionId);
      return snapshot.kind === 'ACTIVE' && snapshot.eta!.arrivesAt - snapshot.now > 1_500_000;
    });
  }, 30_000);

  it('makes hardly a call while the router is away', async () => {
    osrm.fault = 'error';
    await Promise.all(Array.from({ length: 40 }, () => drive()));
    startWorker();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    // Those that were in flight when the breaker opened.
    expect(osrm.requests.length).toBeLessThanOrEqual(32);
    expect(errors).toEqual([]);
  }, 30_000);

  it('reports an outage of Redis once, and goes on by itself afterwards', async () => {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const url = new URL(testRedisUrl());
    url.port = String(proxy.port);
    const store = await TestStore.open({}, url.href);
    try {
      proxy.refuse();
      startWorker(store);
      const sessionId = await drive();
      await eventually('the outage is reported', () => errors.length > 0, 20_000);
      await new Promise((resolve) => setTimeout(resolve, 2000));
      expect(errors).toHaveLength(1);
      expect(osrm.requests).toEqual([]);
      proxy.heal();
      await eventually(
        'the answer is published',
        async () => (await sourceOf(sessionId)) === 'ROUTER',
        20_000,
      );
    } finally {
      proxy.heal();
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
      await store.close();
      await proxy.stop();
    }
  }, 60_000);

  it('stops at once, also while a call hangs', async () => {
    osrm.fault = 'hang';
    await drive();
    const worker = startWorker();
    await eventually('it has asked', () => osrm.requests.length > 0);
    const startedAt = performance.now();
    await worker.stop();
    expect(performance.now() - startedAt).toBeLessThan(250);
  });
});
