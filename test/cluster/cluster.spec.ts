import { setTimeout as sleep } from 'node:timers/promises';

import { allPartitions, partitionOf } from '../../src/redis/keys';
import { EventBridgeStandIn } from '../support/eventBridge';
import { metersFromHome, TestService, type Booking } from '../support/service';
import { eventually } from '../faults/eventually';
import {
  arrange,
  FAULT_SETTINGS,
  isUnavailable,
  judge,
  operations,
  persistently,
  type Operation,
  type Scene,
  type Verdict,
} from '../faults/operations';
import { RedisCluster, type ClusterNode } from './redisCluster';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
}, 60_000);
afterAll(() => cluster.stop());

/** An id of a session in this partition. */
function idIn(partition: string, name: string): string {
  for (let at = 0; ; at += 1) {
    const id = `${name}-${at}`;
    if (partitionOf(id) === partition) return id;
  }
}

describe('On a Redis Cluster', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ...FAULT_SETTINGS, REDIS_URL: cluster.url });
  });
  afterAll(() => service.stop());

  it.each(operations)('$name works in whichever partition', async (operation) => {
    for (let at = 0; at < 4; at += 1) {
      const scene = await arrange(service, operation);
      expect(judge(operation, scene, await operation.act(scene))).toBe('right');
    }
  });

  it('a batch polls sessions of every partition at once, in the order asked', async () => {
    const operator = await service.actor('operator-1', 'operator');
    const bookings = await Promise.all(
      allPartitions
        .slice(0, 50)
        .map((partition) => service.book({ id: idIn(partition, `batch-${Date.now()}`) })),
    );
    for (const { trainer, id } of bookings.filter((_, at) => at % 2))
      await persistently(() => trainer.start(id, 'once'));
    const { data } = await persistently(() =>
      operator.ask('query ($ids: [ID!]!) { liveLocations(sessionIds: $ids) { sessionId isActive } }', {
        ids: bookings.map(({ id }) => id),
      }),
    );
    expect(data.liveLocations).toEqual(
      bookings.map(({ id }, at) => ({ sessionId: id, isActive: at % 2 === 1 })),
    );
  });

  it('activeJourneys finds a trainer’s journeys on every node', async () => {
    const trainerId = `trainer-${Date.now()}`;
    const bookings = await Promise.all(
      ['00', '21', '42', '63', '07', '33'].map((partition) =>
        service.book({ id: idIn(partition, `mine-${Date.now()}`), trainerId }),
      ),
    );
    for (const { trainer, id } of bookings) await persistently(() => trainer.start(id, 'once'));
    const { data } = await persistently(() => bookings[0]!.trainer.ask('{ activeJourneys { sessionId } }'));
    expect(data.activeJourneys.map(({ sessionId }: { sessionId: string }) => sessionId).sort()).toEqual(
      bookings.map(({ id }) => id).sort(),
    );
  });
});

describe('Events and deadlines on a Redis Cluster', () => {
  it('serve every partition: each journey expires once, and all its events arrive', async () => {
    const bus = await EventBridgeStandIn.start();
    Object.assign(process.env, bus.environment);
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      ...bus.environment,
      REDIS_URL: cluster.url,
      EVENTS: 'eventbridge',
      JOURNEY_TTL_SECONDS: '3',
    });
    try {
      const ids: string[] = [];
      await Promise.all(
        allPartitions.map(async (partition) => {
          const { id, trainer } = await service.book({ id: idIn(partition, `event-${Date.now()}`) });
          ids.push((await persistently(() => trainer.start(id, 'once'))).data.startJourney.id);
        }),
      );
      const expected = ids.flatMap((id) => [`${id}:1`, `${id}:2`]).sort();
      await eventually('all events arrive', () => new Set(bus.eventIds).size === expected.length, 30_000);
      expect([...new Set(bus.eventIds)].sort()).toEqual(expected);
      expect(
        bus.deliveries
          .filter(({ type }) => type === 'TrainerJourneyEnded')
          .every(({ detail }) => detail.reason === 'EXPIRED'),
      ).toBe(true);
    } finally {
      await service.stop();
      await bus.stop();
    }
  }, 60_000);
});

describe('A slot that moves to another node while it is in use', () => {
  const TIMEOUT_MS = 200;
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: cluster.url,
      REDIS_TIMEOUT_MS: String(TIMEOUT_MS),
    });
  });
  afterAll(() => service.stop());

  it('never makes a false answer, leaves its node’s other slots alone, and serves as soon as it has moved', async () => {
    const moving = '17';
    const slot = Number(await cluster.nodes[0]!.direct.cluster('KEYSLOT', `{${moving}}`));
    const from = await cluster.masterOf(`{${moving}}`);
    const to = cluster.masters.find((node) => node !== from)!;
    const masters = await Promise.all(allPartitions.map((partition) => cluster.masterOf(`{${partition}}`)));
    const staying = allPartitions.find((partition, at) => partition !== moving && masters[at] === from)!;

    const scenesOf = (round: string) =>
      Promise.all(
        operations.map((operation, at) =>
          arrange(service, operation, idIn(moving, `${round}-${at}-${Date.now()}`)),
        ),
      );
    const [announced, moved] = [await scenesOf('announced'), await scenesOf('moved')];
    const elsewhere = await service.book({ id: idIn(staying, `elsewhere-${Date.now()}`) });
    await persistently(() => elsewhere.trainer.start(elsewhere.id, 'once'));

    const verdicts: Verdict[] = [];
    const pollElsewhere = async () => {
      const { data, errors } = await elsewhere.student.poll(elsewhere.id);
      expect(errors).toBeUndefined();
      expect(data.liveLocation.isActive).toBe(true);
    };
    const askAll = async (scenes: readonly Scene[]) => {
      for (const [at, operation] of operations.entries()) {
        verdicts.push(judge(operation, scenes[at]!, await operation.act(scenes[at]!)));
        await pollElsewhere();
      }
    };

    await to.direct.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
    await from.direct.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
    await askAll(announced);
    const keys = (await from.direct.cluster('GETKEYSINSLOT', slot, 1000)) as string[];
    const [poll] = operations as [Operation];
    for (const [at, key] of keys.entries()) {
      await from.direct.call('MIGRATE', '127.0.0.1', to.store.port, key, 0, 1000);
      if (at % 8 === 0) verdicts.push(judge(poll, moved[0]!, await poll.act(moved[0]!)));
    }
    await askAll(moved);
    for (const node of [to, from, ...cluster.masters]) {
      await node.direct.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
    }
    const movedAt = performance.now();
    await persistently(() => poll.act(moved[0]!));
    expect(performance.now() - movedAt).toBeLessThan(2000);
    for (const [at, operation] of operations.entries()) {
      const answer = await persistently(() => operation.act(moved[at]!));
      expect(answer.errors).toBeUndefined();
    }
    expect(verdicts.filter((verdict) => typeof verdict === 'object')).toEqual([]);
  }, 60_000);
});

describe('A master that dies under load', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ...FAULT_SETTINGS, REDIS_URL: cluster.url, REDIS_TIMEOUT_MS: '500' });
  });
  afterAll(() => service.stop());

  it('takes its own partitions away until its replica serves them; nobody hears a false answer', async () => {
    const victim = await cluster.masterOf('{00}');
    const witness = cluster.masters.find((node) => node !== victim)!;
    const booked = await Promise.all(
      allPartitions.slice(0, 24).map(async (partition) => {
        const booking = await service.book({ id: idIn(partition, `load-${Date.now()}`) });
        await persistently(() => booking.trainer.start(booking.id, 'once'));
        return { booking, lost: (await cluster.masterOf(`{${partition}}`)) === victim };
      }),
    );
    expect(booked.filter(({ lost }) => lost).length).toBeGreaterThan(2);
    // Whatever happens later, these starts are on the replica.
    await victim.direct.wait(1, 5000);

    const tally = {
      kept: { right: 0, unavailable: 0 },
      lost: { right: 0, unavailable: 0 },
      wrong: [] as string[],
    };
    let working = true;
    const use = async ({ booking, lost }: { booking: Booking; lost: boolean }): Promise<void> => {
      while (working) {
        for (const answer of [
          await booking.student.poll(booking.id),
          await booking.trainer.update(booking.id, { ...metersFromHome(500), accuracy: 50 }),
        ]) {
          const at = lost ? tally.lost : tally.kept;
          if (answer.errors) {
            if (isUnavailable(answer)) at.unavailable += 1;
            else tally.wrong.push(JSON.stringify(answer.errors));
          } else if (answer.data.liveLocation?.isActive === false)
            tally.wrong.push(JSON.stringify(answer.data));
          else at.right += 1;
        }
        await sleep(50);
      }
    };
    const load = Promise.all(booked.map(use));
    await sleep(500);
    process.kill(victim.store.pid, 'SIGKILL');
    let promoted: ClusterNode | undefined;
    await eventually(
      'a replica takes over',
      async () => {
        const master = await cluster.masterOf('{00}', witness);
        if (master && master !== victim) promoted = master;
        return promoted !== undefined;
      },
      20_000,
    );
    const promotedAt = performance.now();
    const back = booked.find(({ lost }) => lost)!.booking;
    const poll = await persistently(() => back.student.poll(back.id));
    expect(performance.now() - promotedAt).toBeLessThan(2500);
    expect(poll.data.liveLocation).toMatchObject({ isActive: true, state: 'EN_ROUTE' });
    await sleep(500);
    working = false;
    await load;

    expect(tally.wrong).toEqual([]);
    expect(tally.kept.unavailable).toBe(0);
    expect(tally.kept.right).toBeGreaterThan(50);
    expect(tally.lost.unavailable).toBeGreaterThan(0);
    for (const { booking } of booked) {
      const { data } = await persistently(() => booking.student.poll(booking.id));
      expect(data.liveLocation.isActive).toBe(true);
      const { data: end } = await persistently(() => booking.trainer.stop(booking.id));
      expect(end.stopJourney.state).toBe('STOPPED');
    }
  }, 60_000);
});
