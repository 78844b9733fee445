import { setTimeout as sleep } from 'node:timers/promises';

import { callsScript, FaultProxy, type Fault } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { TestService } from '../support/service';
import {
  arrange,
  FAULT_SETTINGS,
  journeyInRedis,
  judge,
  repeatUntilAnswered,
  retryWhileUnavailable,
  type Operation,
  type Verdict,
} from './scenes';

export interface FaultOutcome {
  readonly verdict: Verdict;
  /** How many of the operation's requests to Redis the fault affected. */
  readonly affectedRequests: number;
  /** A held command ran after its caller had got 503, the next poll did not return what Redis holds, or a repeat was answered wrongly. */
  readonly contradictions: readonly string[];
  /** From the fault's end to the first right answer, ms. */
  readonly recoveryMs: number;
}

/** A service behind a proxy to Redis, and what its callers get while the proxy injects faults. */
export class FaultyConnectionService {
  private constructor(
    private readonly service: TestService,
    private readonly proxy: FaultProxy,
  ) {}

  /** @param timeoutMs deadline of a Redis command. It is short because a test spends most of its time waiting for it. */
  static async start(timeoutMs: number): Promise<FaultyConnectionService> {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: String(timeoutMs),
    });
    return new FaultyConnectionService(service, proxy);
  }

  async stop(): Promise<void> {
    this.proxy.heal();
    await this.service.stop();
    await this.proxy.stop();
  }

  /** Runs one operation on a session of its own while the fault lasts. */
  async runWithFault(operation: Operation, fault: Omit<Fault, 'when'>): Promise<FaultOutcome> {
    const { service, proxy } = this;
    const { redis, keys } = service;
    const scene = await arrange(service, operation);
    const read = () => journeyInRedis(redis, keys, scene);
    const arranged = await read();
    try {
      proxy.inject({ ...fault, when: callsScript(...operation.scripts) });
      const answer = await operation.act(scene);
      const { affectedRequests } = proxy;
      const before = await read();
      proxy.heal();
      const healedAt = performance.now();
      const { liveLocation } = (await retryWhileUnavailable(() => scene.student.poll(scene.id))).data;
      const recoveryMs = performance.now() - healedAt;

      const contradictions: string[] = [];
      await sleep(20);
      const later = await read();
      if (later !== before)
        contradictions.push(`${operation.name} ran after its answer: ${before} became ${later}`);
      const [active, ended] = JSON.parse(before) as Record<string, string>[];
      const state = active!['id'] ? 'EN_ROUTE' : (ended!['state'] ?? 'NOT_STARTED');
      const journeyId = active!['id'] ?? ended!['id'] ?? null;
      if (liveLocation.state !== state || liveLocation.journeyId !== journeyId) {
        contradictions.push(
          `after ${operation.name} a poll returned ${JSON.stringify(liveLocation)} while Redis held ${before}`,
        );
      }
      const verdict = judge(operation, scene, answer);
      if (verdict === 'unavailable') {
        const repeated = await repeatUntilAnswered(operation, scene, { read, arranged });
        if (typeof repeated === 'object') contradictions.push(repeated.wrong);
        else if (repeated === 'unavailable') contradictions.push(`${operation.name} stays unavailable`);
      }
      return { verdict, affectedRequests, contradictions, recoveryMs };
    } finally {
      proxy.heal();
    }
  }
}
