import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from 'ioredis';

import { createRedisClient } from '../../src/redis/client';
import { eventually } from '../faults/eventually';
import { RedisCluster } from './redisCluster';

describe('The client of a Redis Cluster', () => {
  it('looks for the slots every second, and no more once it was closed during such a look', async () => {
    const cluster = await RedisCluster.start();
    const client = createRedisClient({ url: cluster.url, timeoutMs: 1000, name: 'test' }) as Cluster;
    const look = client.refreshSlotsCache.bind(client);
    let looks = 0;
    let isClosing = false;
    client.refreshSlotsCache = (done) => {
      looks += 1;
      look(done);
      if (isClosing) client.disconnect();
    };
    try {
      await eventually('it has looked twice', () => looks >= 2);
      const closed = once(client, 'end');
      isClosing = true;
      await closed;
      const looksAtTheEnd = looks;
      await sleep(2500);
      expect(looks).toBe(looksAtTheEnd);
    } finally {
      client.disconnect();
      await cluster.stop();
    }
  }, 60_000);
});
