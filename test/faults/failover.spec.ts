import { Redis } from 'ioredis';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { FaultProxy } from '../support/faultProxy';
import { TestService } from '../support/service';
import { eventually } from './eventually';
import { FAULT_SETTINGS, persistently } from './operations';

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
    service = await TestService.start({ ...FAULT_SETTINGS, REDIS_URL: name.redisUrl });
  });
  afterAll(async () => {
    await service.stop();
    await name.stop();
    for (const redis of direct) redis.disconnect();
    await Promise.all([old.stop(), next.stop()]);
  });

  it('is followed by reads too: nobody is told what the old one remembers', async () => {
    const [oldOne, nextOne] = direct as [Redis, Redis];
    await nextOne.call('REPLICAOF', '127.0.0.1', String(old.port));
    const begun = await service.book();
    const unbegun = await service.book();
    await persistently(() => begun.trainer.start(begun.id));
    expect((await unbegun.student.poll(unbegun.id)).data.liveLocation.state).toBe('NOT_STARTED');
    await eventually(
      'the replica has it',
      async () => (await nextOne.exists(service.keys.active(begun.id))) === 1,
    );

    // The connections that stand still lead to the old one, which answers reads as a replica, ever more out of date.
    await nextOne.call('REPLICAOF', 'NO', 'ONE');
    await oldOne.call('REPLICAOF', '127.0.0.1', '1');
    name.retarget(next.port);

    await persistently(() => begun.trainer.stop(begun.id));
    await persistently(() => unbegun.trainer.start(unbegun.id, 'once'));
    const [stopped, started] = await Promise.all([
      persistently(() => begun.student.poll(begun.id)),
      persistently(() => unbegun.student.poll(unbegun.id)),
    ]);
    expect(stopped.data.liveLocation).toMatchObject({ isActive: false, state: 'STOPPED' });
    expect(started.data.liveLocation).toMatchObject({ isActive: true, state: 'EN_ROUTE' });
  });
});
