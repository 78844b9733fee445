import { setTimeout as sleep } from 'node:timers/promises';

import { carries, FaultProxy, type Fault, type FaultKind } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { TestService } from '../support/service';
import { arrange, FAULT_SETTINGS, journeyInRedis, judge, operations, persistently } from './operations';

const TIMEOUT_MS = 200;
/** And how many requests each befalls: one, so that a retry gets through, or all. */
const faults: readonly (readonly [FaultKind, number])[] = [
  ['cutBefore', 1],
  ['cutBefore', Infinity],
  ['cutAfter', 1],
  ['cutAfter', Infinity],
  ['swallowReply', Infinity],
  ['delayReply', Infinity],
  ['hold', Infinity],
  ['holdAndCut', 1],
  ['holdAndCut', Infinity],
];

describe('A broken connection to Redis is never an answer', () => {
  let proxy: FaultProxy;
  let service: TestService;
  beforeAll(async () => {
    proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: String(TIMEOUT_MS),
    });
  });
  afterAll(async () => {
    proxy.heal();
    await service.stop();
    await proxy.stop();
  });
  afterEach(() => proxy.heal());

  const cases = faults.flatMap(([kind, times]) =>
    operations.map((operation) => ({ kind, times, operation })),
  );
  it.each(cases)('$kind × $times × $operation.name', async ({ kind, times, operation }) => {
    const scene = await arrange(service, operation);
    const fault: Fault = { kind, times, when: carries(...operation.steps), delayMs: TIMEOUT_MS + 100 };
    proxy.inject(fault);
    const answer = await operation.act(scene);

    const verdict = judge(operation, scene, answer);
    expect(proxy.struck).toBeGreaterThan(0);
    expect(verdict).toEqual(verdict === 'right' ? 'right' : 'unavailable');

    // What had not run when the caller was told so never runs later, though it lies on the way to Redis.
    const told = await journeyInRedis(service.redis, service.keys, scene);
    proxy.heal();
    await sleep(20);
    expect(await journeyInRedis(service.redis, service.keys, scene)).toBe(told);

    // The next call tells the truth.
    const { liveLocation } = (await persistently(() => scene.student.poll(scene.id))).data;
    const [active, ended] = JSON.parse(told) as Record<string, string>[];
    expect(liveLocation).toMatchObject({
      journeyId: active!['id'] ?? ended!['id'] ?? null,
      state: active!['id'] ? 'EN_ROUTE' : (ended!['state'] ?? 'NOT_STARTED'),
      isActive: active!['id'] !== undefined,
    });
  });
});
