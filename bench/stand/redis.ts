import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startRedis } from '../../demo/stores/redis';

/** One Redis, or the nodes of a cluster. */
export interface RedisStore {
  readonly url: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export interface SingleRedis extends RedisStore {
  readonly port: number;
}

/** Reached by its unix socket, so that the network stack does not hide what the servers cost; or by TCP on loopback. */
export async function startBenchRedis(by: 'socket' | 'tcp' = 'socket'): Promise<SingleRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'journey-bench-'));
  const socket = join(folder, 'redis.sock');
  const store = await startRedis({ args: ['--unixsocket', socket] });
  return {
    url: by === 'socket' ? `redis://${socket}` : store.url,
    port: store.port,
    pids: [store.pid],
    stop: async () => {
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
