import { startRedis } from '../../demo/stores/redis';
import { eventIdOf } from '../../src/events/eventKinds';
import { partitionOf } from '../../src/redis/keys';
import { eventually } from '../faults/eventually';
import { FaultProxy } from '../support/faultProxy';
import { testRedisUrl } from '../support/redis';
import { started } from './changes';
import { OutboxStage, RelayTotals } from './outboxStage';

jest.setTimeout(30_000);

describe('The relay, when a reply of Redis is lost,', () => {
  let proxy: FaultProxy;
  let stage: OutboxStage;

  beforeEach(async () => {
    proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    stage = await OutboxStage.open(proxy.redisUrl);
  });

  afterEach(async () => {
    proxy.heal();
    await stage.close();
    await proxy.stop();
  });

  const cases = (['cutAfter', 'swallowReply'] as const).flatMap((kind) =>
    (['xreadgroup', 'xautoclaim'] as const).map((command) => ({ kind, command })),
  );

  it.each(cases)(
    'delivers soon what it was given by $command, which met $kind',
    async ({ kind, command }) => {
      const change = started();
      const partition = partitionOf(change.journey.sessionId);
      const dead = stage.outboxes('dead').events;
      // Creates the group.
      await dead.read(partition, 1);
      await stage.append(change);
      if (command === 'xautoclaim') {
        const entries = await dead.read(partition, 1);
        await dead.release(
          partition,
          entries.map(({ id }) => id),
        );
      }
      const stream = stage.keys.events(partition);
      proxy.inject({
        kind,
        times: 1,
        when: (request) => request.includes(command) && request.includes(stream),
      });
      // Nobody else may take the entry before the minute is over.
      stage.relay({ claimAfterMs: 60_000 }).start();

      await eventually('it is delivered', () => stage.bus.deliveries.length === 1);
      expect(proxy.affectedRequests).toBe(1);
      await eventually('the outbox is empty', async () => (await stage.count()).waiting === 0);
      expect(stage.bus.deliveries).toHaveLength(1);
    },
  );
});

describe('The relay, when its Redis is killed and comes back empty,', () => {
  it('delivers what is in flight, and then what is appended', async () => {
    const first = await startRedis();
    const stage = await OutboxStage.open(first.url);
    try {
      stage.bus.callFault = () => 'error';
      const totals = new RelayTotals();
      stage.relay({ observer: totals }).start();
      const change = started();
      await stage.append(change);
      await eventually('it was tried', () => totals.failures > 0);
      await first.stop();
      stage.bus.callFault = () => null;
      await eventually('it is delivered without Redis', () => stage.bus.deliveries.length === 1);

      const second = await startRedis({ port: first.port });
      try {
        await eventually('Redis is back', () => stage.redis.status === 'ready');
        const next = started();
        await stage.append(next);
        await eventually('the next one is delivered', () => stage.bus.deliveries.length === 2);
        expect(stage.bus.eventIds).toEqual([eventIdOf(change), eventIdOf(next)]);
      } finally {
        await stage.close();
        await second.stop();
      }
    } finally {
      await first.stop();
    }
  });
});
