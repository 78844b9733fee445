import { Redis } from 'ioredis';

import { createRedisClient } from '../../src/redis/client';
import { ScriptRunner } from '../../src/redis/scriptRunner';
import { callsScript, FaultProxy } from '../support/faultProxy';
import { deleteByPrefix, testKeyPrefix, testRedisUrl } from '../support/redis';
import { eventually } from './eventually';

const TIMEOUT_MS = 50;
const TRIES = 40;

describe('A step whose connection is lost while its command is still on the way', () => {
  it('gets its 503 no earlier than at its deadline, until when it may run, although timers fire early', async () => {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const redis = new Redis(testRedisUrl());
    const prefix = testKeyPrefix();
    // Of the client's own deadlines none is shorter than that of the steps.
    const client = createRedisClient({ url: proxy.redisUrl, timeoutMs: 5000, name: 'test' });
    try {
      const waitedMs: number[] = [];
      for (let tries = 0; tries < TRIES; tries += 1) {
        await eventually('Redis is connected', () => client.status === 'ready');
        // A new one each time, so that no circuit breaker opens.
        const scripts = new ScriptRunner({ reader: client, writer: client, timeoutMs: TIMEOUT_MS });
        proxy.inject({ kind: 'holdAndCut', when: callsScript('indexAdd') });
        const startedAt = performance.now();
        const step = scripts.write('indexAdd', {
          keys: [`${prefix}index`],
          args: ['session', 1000],
          mode: 'once',
        });
        await expect(step).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        // On a busy machine a step may fail before it is sent, which its caller may know at once.
        if (proxy.affectedRequests > 0) waitedMs.push(performance.now() - startedAt);
        proxy.heal();
      }
      expect(waitedMs.length).toBeGreaterThan(TRIES / 2);
      expect(Math.min(...waitedMs)).toBeGreaterThanOrEqual(TIMEOUT_MS);
    } finally {
      client.disconnect();
      await proxy.stop();
      await deleteByPrefix(redis, prefix);
      redis.disconnect();
    }
  });
});
