import { Redis } from 'ioredis';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { FaultProxy } from '../support/faultProxy';
import { TestService } from '../support/service';
import { eventually } from './eventually';
import { FAULT_SETTINGS, retryWhileUnavailable } from './scenes';

describe('A failover to another Redis under the same name', () => {
  let old: EmbeddedStore;
  let next: EmbeddedStore;
  let direct: Redis[];
  let name: FaultProxy;
  let service: TestService;
  beforeAll(async () => {
    [old, next] = await Promise.all([startRedis(), startRedis()]);
    direct = [old, next].map(({ url }) => new Redis(url));
    name = await FaultProxy.start(old.port);
    service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: name.redisUrl,
      REDIS_TIMEOUT_MS: '1000',
    });
  });
  afterAll(async () => {
    await service.stop();
    await name.stop();
    for (const redis of direct) redis.disconnect();
    await Promise.all([old.stop(), next.stop()]);
  });

  it('is followed by reads too: no caller gets the old data of the demoted server', async () => {
    const [oldOne, nextOne] = direct as [Redis, Redis];
    await nextOne.call('REPLICAOF', '127.0.0.1', String(old.port));
    const active = await service.book();
    const waiting = await service.book();
    await retryWhileUnavailable(() => active.trainer.start(active.id));
    expect((await waiting.student.poll(waiting.id)).data.liveLocation.state).toBe('NOT_STARTED');
    await eventually(
      'the replica has the journey',
      async () => (await nextOne.exists(service.keys.active(active.id))) === 1,
    );

    // Open connections still lead to the old server, which is a replica now and answers reads with ever older data.
    await nextOne.call('REPLICAOF', 'NO', 'ONE');
    await oldOne.call('REPLICAOF', '127.0.0.1', '1');
    name.retarget(next.port);

    await retryWhileUnavailable(() => active.trainer.stop(active.id));
    await retryWhileUnavailable(() => waiting.trainer.start(waiting.id, 'once'));
    const [stopped, started] = await Promise.all([
      retryWhileUnavailable(() => active.student.poll(active.id)),
      retryWhileUnavailable(() => waiting.student.poll(waiting.id)),
    ]);
    expect(stopped.data.liveLocation).toMatchObject({ isActive: false, state: 'STOPPED' });
    expect(started.data.liveLocation).toMatchObject({ isActive: true, state: 'EN_ROUTE' });
  });
});
