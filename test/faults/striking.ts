import { setTimeout as sleep } from 'node:timers/promises';

import { carries, FaultProxy, type Fault } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { TestService } from '../support/service';
import {
  arrange,
  FAULT_SETTINGS,
  journeyInRedis,
  judge,
  persistently,
  type Operation,
  type Verdict,
} from './operations';

export interface Strike {
  readonly verdict: Verdict;
  /** How many of the operation's requests to Redis the fault befell. */
  readonly struck: number;
  /** What was held back ran after all, though its caller had been told 503; or the next poll belied what Redis holds. */
  readonly untruths: readonly string[];
  /** From the fault's end to the first answer, ms. */
  readonly recoveryMs: number;
}

/** A service behind a proxy to Redis, and what its callers hear while the proxy fails. */
export class StruckService {
  private constructor(
    private readonly service: TestService,
    private readonly proxy: FaultProxy,
  ) {}

  /** @param timeoutMs of a Redis command. Short: most of a test's time is spent waiting for it. */
  static async start(timeoutMs: number): Promise<StruckService> {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: String(timeoutMs),
    });
    return new StruckService(service, proxy);
  }

  async stop(): Promise<void> {
    this.proxy.heal();
    await this.service.stop();
    await this.proxy.stop();
  }

  /** One operation on a session of its own, struck by the fault. */
  async strike(operation: Operation, fault: Omit<Fault, 'when'>): Promise<Strike> {
    const { service, proxy } = this;
    const { redis, keys } = service;
    const scene = await arrange(service, operation);
    try {
      proxy.inject({ ...fault, when: carries(...operation.steps) });
      const answer = await operation.act(scene);
      const { struck } = proxy;
      const told = await journeyInRedis(redis, keys, scene);
      proxy.heal();
      const healedAt = performance.now();
      const { liveLocation } = (await persistently(() => scene.student.poll(scene.id))).data;
      const recoveryMs = performance.now() - healedAt;

      const untruths: string[] = [];
      await sleep(20);
      const later = await journeyInRedis(redis, keys, scene);
      if (later !== told) untruths.push(`${operation.name} ran after its answer: ${told} became ${later}`);
      const [active, ended] = JSON.parse(told) as Record<string, string>[];
      const state = active!['id'] ? 'EN_ROUTE' : (ended!['state'] ?? 'NOT_STARTED');
      const journeyId = active!['id'] ?? ended!['id'] ?? null;
      if (liveLocation.state !== state || liveLocation.journeyId !== journeyId) {
        untruths.push(`after ${operation.name} a poll told ${JSON.stringify(liveLocation)} of ${told}`);
      }
      return { verdict: judge(operation, scene, answer), struck, untruths, recoveryMs };
    } finally {
      proxy.heal();
    }
  }
}
