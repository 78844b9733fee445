import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { freePort, LOOPBACK } from './freePort';
import type { RedisStore } from './redis';

const SLOTS = 16_384;
const READY_MS = 15_000;

/** A cluster of so many masters on loopback that share the slots evenly. */
export async function startRedisCluster(masters: number): Promise<RedisStore> {
  const stores: EmbeddedStore[] = [];
  const stop = async (): Promise<void> => void (await Promise.all(stores.map((store) => store.stop())));
  try {
    for (let index = 0; index < masters; index += 1) {
      // The default bus port is the port plus 10,000, which may not exist.
      const busPort = String(await freePort());
      stores.push(await startRedis({ args: ['--cluster-enabled', 'yes', '--cluster-port', busPort] }));
    }
    await join(stores);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis-cluster://${stores.map(({ port }) => `${LOOPBACK}:${port}`).join(',')}`,
    pids: stores.map(({ pid }) => pid),
    stop,
  };
}

async function join(stores: readonly EmbeddedStore[]): Promise<void> {
  const clients = stores.map(({ port }) => new Redis(port));
  try {
    const edge = (index: number) => Math.floor((index * SLOTS) / stores.length);
    await Promise.all(
      clients.map((client, index) =>
        client.call('CLUSTER', 'ADDSLOTSRANGE', edge(index), edge(index + 1) - 1),
      ),
    );
    const busPortOf = async (client: Redis) => Number((await client.config('GET', 'cluster-port'))[1]);
    for (const [index, client] of clients.entries()) {
      await clients[0]!.call('CLUSTER', 'MEET', LOOPBACK, stores[index]!.port, await busPortOf(client));
    }
    const deadline = Date.now() + READY_MS;
    for (;;) {
      const states = await Promise.all(
        clients.map(async (client) => String(await client.call('CLUSTER', 'INFO'))),
      );
      if (
        states.every(
          (state) => state.includes('cluster_state:ok') && state.includes(`cluster_size:${stores.length}`),
        )
      )
        return;
      if (Date.now() > deadline)
        throw new Error(`The cluster was not ready after ${READY_MS} ms:\n${states[0]}`);
      await sleep(50);
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
}
