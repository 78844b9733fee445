import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startRedis, type RedisOptions } from '../../src/demo/stores/redis';
import type { EmbeddedStore } from '../../src/demo/stores/store';

export interface BenchRedis {
  /** Of its unix socket: so no network stack blurs what the servers cost. */
  readonly url: string;
  readonly tcpUrl: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export async function startBenchRedis(options: RedisOptions = {}): Promise<BenchRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'journey-bench-'));
  const socket = join(folder, 'redis.sock');
  const store: EmbeddedStore = await startRedis({
    ...options,
    args: ['--unixsocket', socket, '--unixsocketperm', '777', ...(options.args ?? [])],
  });
  return {
    url: `redis://${socket}`,
    tcpUrl: store.url,
    port: store.port,
    pid: store.pid,
    stop: async () => {
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
