import { allPartitions } from '../../src/redis/keys';
import { EventBridgeStandIn } from '../support/eventBridge';
import { TestService, type Actor, type GraphQLAnswer } from '../support/service';
import { eventually } from '../faults/eventually';
import { operations } from '../faults/operations';
import { arrange, FAULT_SETTINGS, judge, retryWhileUnavailable } from '../faults/scenes';
import { idIn, loseMaster, moveSlot } from './changes';
import { RedisCluster } from './redisCluster';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
}, 60_000);
afterAll(() => cluster.stop());

const fleetPage = (operator: Actor, first: number, after: string | null) =>
  operator.ask(
    `query ($first: Int, $after: String) { journeys(first: $first, after: $after) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
    { first, after },
  );

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
      await retryWhileUnavailable(() => trainer.start(id, 'once'));
    const { data } = await retryWhileUnavailable(() =>
      operator.ask('query ($ids: [ID!]!) { liveLocations(sessionIds: $ids) { sessionId isActive } }', {
        ids: bookings.map(({ id }) => id),
      }),
    );
    expect(data.liveLocations).toEqual(
      bookings.map(({ id }, at) => ({ sessionId: id, isActive: at % 2 === 1 })),
    );
  });

  it('the pages of active journeys hold each one that lasts once while others start and end, on every node', async () => {
    const operator = await service.actor('operator-1', 'operator');
    const lasting = await Promise.all(
      allPartitions.map((partition) => service.book({ id: idIn(partition, `lasting-${Date.now()}`) })),
    );
    for (const { trainer, id } of lasting) await retryWhileUnavailable(() => trainer.start(id, 'once'));
    const fleeting = await Promise.all(Array.from({ length: 16 }, () => service.book()));
    let changing = true;
    const changes = Promise.all(
      fleeting.map(async ({ trainer, id }) => {
        while (changing) {
          await retryWhileUnavailable(() => trainer.start(id));
          await retryWhileUnavailable(() => trainer.stop(id));
        }
      }),
    );
    try {
      for (const first of [3, 50, 100]) {
        const seen: string[] = [];
        for (let after: string | null = null, more = true; more;) {
          const answer: GraphQLAnswer = await retryWhileUnavailable(() => fleetPage(operator, first, after));
          const { edges, pageInfo } = answer.data.journeys;
          seen.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
          ({ endCursor: after, hasNextPage: more } = pageInfo);
        }
        expect(new Set(seen).size).toBe(seen.length);
        const sessions = await Promise.all(
          lasting.map(
            async ({ student, id }) => (await student.poll(id)).data.liveLocation.journeyId as string,
          ),
        );
        expect(sessions.filter((id) => !seen.includes(id))).toEqual([]);
      }
    } finally {
      changing = false;
    }
    await changes;
  }, 60_000);

  it('activeJourneys finds a trainer’s journeys on every node', async () => {
    const trainerId = `trainer-${Date.now()}`;
    const bookings = await Promise.all(
      ['00', '21', '42', '63', '07', '33'].map((partition) =>
        service.book({ id: idIn(partition, `mine-${Date.now()}`), trainerId }),
      ),
    );
    for (const { trainer, id } of bookings) await retryWhileUnavailable(() => trainer.start(id, 'once'));
    const { data } = await retryWhileUnavailable(() =>
      bookings[0]!.trainer.ask('{ activeJourneys { sessionId } }'),
    );
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
          ids.push((await retryWhileUnavailable(() => trainer.start(id, 'once'))).data.startJourney.id);
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

describe('A node that does not answer', () => {
  it('makes the pages of active journeys unavailable, never shorter', async () => {
    const service = await TestService.start({
      ...FAULT_SETTINGS,
      REDIS_URL: cluster.url,
      REDIS_TIMEOUT_MS: '200',
    });
    const operator = await service.actor('operator-1', 'operator');
    const { pid } = (await cluster.masterOf('{63}')).store;
    try {
      await retryWhileUnavailable(() => fleetPage(operator, 100, null));
      process.kill(pid, 'SIGSTOP');
      const answer = await fleetPage(operator, 100, null);
      expect(answer).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE', data: null });
    } finally {
      process.kill(pid, 'SIGCONT');
      await retryWhileUnavailable(() => fleetPage(operator, 100, null));
      await service.stop();
    }
  }, 60_000);
});

describe('A slot that moves to another node while it is in use', () => {
  it('causes no wrong answer, does not affect other slots of its node, and works as soon as it has moved', async () => {
    const report = await moveSlot(cluster);
    expect(report.wrong).toEqual([]);
    expect(report.elsewhere.unavailable).toBe(0);
    expect(report.recoveryMs).toBeLessThan(2000);
  }, 60_000);
});

describe('A master that dies under load', () => {
  it('affects its own partitions alone, until its replica serves them; no caller gets a wrong answer', async () => {
    const report = await loseMaster(cluster);
    expect(report.wrong).toEqual([]);
    expect(report.kept.unavailable).toBe(0);
    expect(report.kept.right).toBeGreaterThan(50);
    expect(report.lost.unavailable).toBeGreaterThan(0);
    expect(report.recoveryMs).toBeLessThan(2500);
  }, 60_000);
});
