import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { TestService } from '../support/service';
import {
  isUnavailable,
  arrange,
  FAULT_SETTINGS,
  journeyInRedis,
  judge,
  operations,
  retryWhileUnavailable,
  type Scene,
  type Verdict,
} from './operations';

/** A fault of a Redis server. `begin` starts it and returns the function that ends it. */
export interface ServerFault {
  readonly name: string;
  begin(server: RedisServer): Promise<() => Promise<void>>;
  /** Whether the server still has its data afterwards. */
  readonly keepsData: boolean;
}

export interface RedisServer {
  readonly store: EmbeddedStore;
  /** A connection that bypasses the service. */
  readonly direct: Redis;
}

export const suspended: ServerFault = {
  name: 'suspended (SIGSTOP), then resumed',
  keepsData: true,
  begin: async ({ store }) => {
    process.kill(store.pid, 'SIGSTOP');
    return async () => void process.kill(store.pid, 'SIGCONT');
  },
};

export const killed: ServerFault = {
  name: 'killed (SIGKILL), restarted without data',
  keepsData: false,
  begin: async ({ store }) => {
    process.kill(store.pid, 'SIGKILL');
    return () => store.resume();
  },
};

export const readonly: ServerFault = {
  name: 'demoted to a replica (READONLY)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.call('REPLICAOF', '127.0.0.1', '1');
    return async () => void (await direct.call('REPLICAOF', 'NO', 'ONE'));
  },
};

export const loading: ServerFault = {
  name: 'loading its data (LOADING)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.mset(Array.from({ length: 2000 }, (_, at) => [`filler:${at}`, 'x'.repeat(100)]).flat());
    await direct.config('SET', 'loading-process-events-interval-bytes', '1024');
    await direct.config('SET', 'key-load-delay', '400');
    const reloaded = direct.call('DEBUG', 'RELOAD');
    await sleep(100);
    return async () => {
      await reloaded;
      await direct.config('SET', 'key-load-delay', '0');
    };
  },
};

export const outOfMemory: ServerFault = {
  name: 'out of memory (OOM)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.config('SET', 'maxmemory', '1');
    return async () => void (await direct.config('SET', 'maxmemory', '0'));
  },
};

export const withoutScripts: ServerFault = {
  name: 'without its scripts (SCRIPT FLUSH)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.script('FLUSH');
    return async () => undefined;
  },
};

export const serverFaults = [suspended, killed, readonly, loading, outOfMemory, withoutScripts];

/** A service with a Redis server of its own, whose faults affect no other test. */
export class FaultyServerService {
  private constructor(
    readonly service: TestService,
    readonly server: RedisServer,
  ) {}

  static async start(timeoutMs: number): Promise<FaultyServerService> {
    const store = await startRedis({
      args: ['--enable-debug-command', 'yes', '--maxmemory-policy', 'noeviction'],
    });
    const direct = new Redis(store.url, { maxRetriesPerRequest: null });
    direct.on('error', () => undefined);
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: store.url,
      REDIS_TIMEOUT_MS: String(timeoutMs),
    });
    return new FaultyServerService(service, { store, direct });
  }

  async stop(): Promise<void> {
    await this.service.stop();
    this.server.direct.disconnect();
    await this.server.store.stop();
  }

  /** Every operation at once, each on a session of its own, while the fault lasts. */
  async during(fault: ServerFault): Promise<{ verdicts: Verdict[]; scenes: Scene[]; recoveryMs: number }> {
    const scenes = await Promise.all(operations.map((operation) => arrange(this.service, operation)));
    const end = await fault.begin(this.server);
    const answers = await Promise.all(operations.map((operation, at) => operation.act(scenes[at]!)));
    await end();
    const endedAt = performance.now();
    await retryWhileUnavailable(() => scenes[0]!.student.poll(scenes[0]!.id));
    const recoveryMs = performance.now() - endedAt;
    const verdicts = operations.map((operation, at) => judge(operation, scenes[at]!, answers[at]!));
    return { verdicts, scenes, recoveryMs };
  }

  /** What Redis holds of each scene's journey: the active record, the ended one, the location. */
  async journeysInRedis(scenes: readonly Scene[]): Promise<Record<string, string>[][]> {
    const { direct } = this.server;
    const states = await Promise.all(scenes.map((scene) => journeyInRedis(direct, this.service.keys, scene)));
    return states.map((state) => JSON.parse(state) as Record<string, string>[]);
  }

  /**
   * Repeats the operations that were answered by 503: each must succeed now, as if it were the first time. On a busy machine
   * the repeat can get a 503 of its own. Then it may have run, so that the next one may find its journey already
   * started: all that is known is that it must be answered.
   */
  retryUnavailable(scenes: readonly Scene[], verdicts: readonly Verdict[]): Promise<Verdict[]> {
    return Promise.all(
      operations.map(async (operation, at): Promise<Verdict> => {
        if (verdicts[at] !== 'unavailable') return verdicts[at]!;
        const verdict = judge(operation, scenes[at]!, await operation.act(scenes[at]!));
        if (verdict !== 'unavailable') return verdict;
        let answer = await operation.act(scenes[at]!);
        const giveUpAt = performance.now() + 10_000;
        while (isUnavailable(answer) && performance.now() < giveUpAt)
          answer = await operation.act(scenes[at]!);
        return isUnavailable(answer) ? 'unavailable' : 'right';
      }),
    );
  }
}
