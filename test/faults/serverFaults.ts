import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { TestService } from '../support/service';
import { operations } from './operations';
import {
  arrange,
  FAULT_SETTINGS,
  journeyInRedis,
  judge,
  repeatUntilAnswered,
  retryWhileUnavailable,
  type Scene,
  type Verdict,
} from './scenes';

/** A fault of a Redis server. `begin` starts it and returns the function that ends it. */
export interface ServerFault {
  readonly name: string;
  begin(server: RedisServer): Promise<() => Promise<void>>;
  /** Whether the server still has its data afterwards. */
  readonly keepsData: boolean;
  /** Whether it runs steps meanwhile, so that one may have run before its caller gets 503. */
  readonly runsSteps?: true;
}

export interface RedisServer {
  readonly store: EmbeddedStore;
  /** A connection that bypasses the service. */
  readonly direct: Redis;
}

export const suspended: ServerFault = {
  name: 'Redis suspended (SIGSTOP), then resumed',
  keepsData: true,
  begin: async ({ store }) => {
    process.kill(store.pid, 'SIGSTOP');
    return async () => void process.kill(store.pid, 'SIGCONT');
  },
};

export const killed: ServerFault = {
  name: 'Redis killed (SIGKILL), restarted without data',
  keepsData: false,
  begin: async ({ store }) => {
    process.kill(store.pid, 'SIGKILL');
    return () => store.resume();
  },
};

export const readonly: ServerFault = {
  name: 'Redis demoted to a replica (READONLY)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.call('REPLICAOF', '127.0.0.1', '1');
    return async () => void (await direct.call('REPLICAOF', 'NO', 'ONE'));
  },
};

export const loading: ServerFault = {
  name: 'Redis loading its data (LOADING)',
  keepsData: true,
  begin: async ({ direct }) => {
    // It takes 2.4 s: longer than even a slow machine needs for all its callers.
    await direct.mset(Array.from({ length: 6000 }, (_, at) => [`filler:${at}`, 'x'.repeat(100)]).flat());
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
  name: 'Redis out of memory (OOM)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.config('SET', 'maxmemory', '1');
    return async () => void (await direct.config('SET', 'maxmemory', '0'));
  },
};

export const withoutScripts: ServerFault = {
  name: 'Redis without its scripts (SCRIPT FLUSH)',
  keepsData: true,
  begin: async ({ direct }) => {
    await direct.script('FLUSH');
    return async () => undefined;
  },
};

/** As by SIGSTOP, or when a machine is moved: timers, requests and replies wait, wherever they are by then. */
export const stalled: ServerFault = {
  name: 'the process stalled for 350 ms with requests in flight',
  keepsData: true,
  runsSteps: true,
  begin: async () => {
    const stall = setTimeout(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 350);
    }, Math.random() * 15);
    return async () => clearTimeout(stall);
  },
};

export const serverFaults = [suspended, killed, readonly, loading, outOfMemory, withoutScripts, stalled];

export interface ServerFaultOutcome {
  readonly scenes: readonly Scene[];
  /** What Redis held of each scene before the fault, as `journeyInRedis`. */
  readonly arranged: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Operations that were answered by 503 and ran nevertheless. */
  readonly contradictions: readonly string[];
  readonly recoveryMs: number;
}

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
  async during(fault: ServerFault): Promise<ServerFaultOutcome> {
    const scenes = await Promise.all(operations.map((operation) => arrange(this.service, operation)));
    const arranged = await this.held(scenes);
    const end = await fault.begin(this.server);
    const answers = await Promise.all(operations.map((operation, at) => operation.act(scenes[at]!)));
    await end();
    const endedAt = performance.now();
    await retryWhileUnavailable(() => scenes[0]!.student.poll(scenes[0]!.id));
    const recoveryMs = performance.now() - endedAt;
    const verdicts = operations.map((operation, at) => judge(operation, scenes[at]!, answers[at]!));
    // Most servers run no step while they have their fault, and none may run it once it is well again.
    const before = fault.keepsData ? arranged : arranged.map(() => NOTHING_HELD);
    const contradictions = (await this.held(scenes)).flatMap((held, at) =>
      !fault.runsSteps && verdicts[at] === 'unavailable' && held !== before[at]
        ? [`${operations[at]!.name} ran after its 503: ${before[at]} became ${held}`]
        : [],
    );
    return { scenes, arranged, verdicts, contradictions, recoveryMs };
  }

  /** Repeats the requests that were answered by 503 until each has another answer. Returns the verdicts after that. */
  repeatUnavailable({ scenes, arranged, verdicts }: ServerFaultOutcome): Promise<Verdict[]> {
    return Promise.all(
      operations.map(async (operation, at): Promise<Verdict> => {
        if (verdicts[at] !== 'unavailable') return verdicts[at]!;
        const scene = scenes[at]!;
        const read = () => journeyInRedis(this.server.direct, this.service.keys, scene);
        return repeatUntilAnswered(operation, scene, { read, arranged: arranged[at]! });
      }),
    );
  }

  private held(scenes: readonly Scene[]): Promise<string[]> {
    const { direct } = this.server;
    return Promise.all(scenes.map((scene) => journeyInRedis(direct, this.service.keys, scene)));
  }
}

/** What `journeyInRedis` returns of a server that has lost its data. */
const NOTHING_HELD = JSON.stringify([{}, {}, {}, {}]);
