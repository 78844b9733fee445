import * as fc from 'fast-check';

import { readConfig } from '../../src/config/readConfig';
import { callsScript, FaultProxy, type FaultKind } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { TestService } from '../support/service';
import { FAULT_SETTINGS } from '../faults/scenes';
import { commands, World, type Real } from './commands';

/** How many random sequences; `npm run chaos` asks for more. */
const RUNS = Number(process.env['MODEL_RUNS'] ?? 15);
const kinds: readonly FaultKind[] = ['cutBefore', 'cutAfter', 'swallowReply', 'hold', 'holdAndCut'];

async function agree(real: Real): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commands, (sequence) =>
      fc.asyncModelRun(async () => ({ model: await World.book(real), real }), sequence),
    ),
    { numRuns: RUNS, endOnFailure: false, interruptAfterTimeLimit: 100_000, markInterruptAsFailure: false },
  );
}

const policyOf = (env: object) =>
  readConfig({ AUTH_JWT_SECRET: 's', DATABASE_URL: 'postgres://x/x', ...env }).policy;

describe('Random sequences by several trainers, students and clocks', () => {
  it('are answered as the rules say', async () => {
    // A dozen requests, then the limit: and no test is so slow that another one fits in.
    const rate = { UPDATE_INTERVAL_MS: '150000', UPDATE_JITTER_MS: '1875000' };
    const env = { ...FAULT_SETTINGS, ...rate };
    const service = await TestService.start(env);
    try {
      await agree({ service, policy: policyOf(env), inject: null, heal: () => undefined });
    } finally {
      await service.stop();
    }
  }, 120_000);

  it('are so with faults too: after a 503 the act has happened or has not, and the next poll shows which', async () => {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: '100',
    });
    const when = callsScript('readSnapshot', 'start', 'update', 'end', 'indexAdd');
    try {
      await agree({
        service,
        policy: policyOf(FAULT_SETTINGS),
        // The number says how, and which of the exchanges: one of them, or all from it on.
        inject: (fault) => {
          let skip = Math.floor(fault / kinds.length) % 3;
          proxy.inject({
            kind: kinds[fault % kinds.length]!,
            times: fault % 2 ? 1 : Infinity,
            when: (request) => when(request) && skip-- <= 0,
          });
        },
        heal: () => proxy.heal(),
      });
    } finally {
      proxy.heal();
      await service.stop();
      await proxy.stop();
    }
  }, 120_000);
});
