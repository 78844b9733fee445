import { setTimeout as sleep } from 'node:timers/promises';

import { allPartitions } from '../../src/redis/keys';
import { FAULT_SETTINGS } from '../faults/scenes';
import { TestService, type GraphQLAnswer } from '../support/service';
import { idIn } from './changes';
import { RedisCluster } from './redisCluster';

const PROCESSES = 6;

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
}, 60_000);
afterAll(() => cluster.stop());

/** The default is long enough for a hundred cold requests at once on a slow machine. */
const start = (timeoutMs = 5000): Promise<TestService> =>
  TestService.start({ ...FAULT_SETTINGS, REDIS_URL: cluster.url, REDIS_TIMEOUT_MS: String(timeoutMs) });

/** One poll and one start in each partition, all at once. */
async function requests(service: TestService): Promise<{ send: () => Promise<GraphQLAnswer[]> }> {
  const booked = await Promise.all(
    allPartitions.map((partition) => service.book({ id: idIn(partition, `first-${Date.now()}`) })),
  );
  return {
    send: () =>
      Promise.all(
        booked.map(({ id, student, trainer }, at) => (at % 2 ? student.poll(id) : trainer.start(id))),
      ),
  };
}

/** All errors but the database's: these tests are about Redis, and on a busy machine the database may miss its own deadline. */
const errorsOf = (answers: readonly GraphQLAnswer[]): unknown[] =>
  answers.flatMap(({ errors }) => errors ?? []).filter(({ extensions }) => extensions.store !== 'database');

describe('Readiness on a Redis Cluster', () => {
  it('comes when no first request of a fresh process can fail', async () => {
    for (let process = 0; process < PROCESSES; process += 1) {
      const service = await start();
      try {
        // Booking writes to the database only, so no Redis connection is used before `send`.
        const { send } = await requests(service);
        expect((await fetch(`${service.address}/health/ready`)).status).toBe(200);
        expect(errorsOf(await send())).toEqual([]);
      } finally {
        await service.stop();
      }
    }
  }, 120_000);
});

describe('A command for a node of a Redis Cluster', () => {
  it('waits for the connection when connections were just lost', async () => {
    const service = await start();
    try {
      const { send } = await requests(service);
      await Promise.all(
        cluster.masters.map(({ direct }) => direct.call('CLIENT', 'KILL', 'TYPE', 'NORMAL', 'SKIPME', 'YES')),
      );
      await sleep(50);
      expect(errorsOf(await send())).toEqual([]);
    } finally {
      await service.stop();
    }
  }, 60_000);

  it('reports that the node cannot be reached when there is no connection within the deadline', async () => {
    const service = await start(1000);
    const away = cluster.masters[2]!;
    try {
      const partition = (
        await Promise.all(
          allPartitions.map(async (name) => ((await cluster.masterOf(`{${name}}`)) === away ? name : [])),
        )
      ).flat()[0]!;
      const { id, student } = await service.book({ id: idIn(partition, `away-${Date.now()}`) });
      process.kill(away.store.pid, 'SIGKILL');
      await sleep(50);
      const [error] = (await student.poll(id)).errors!;
      expect(error).toMatchObject({
        message: expect.stringMatching(
          /^The live store \(Redis\) cannot be reached\. .* try again in 2000 ms\.$/,
        ),
        extensions: { code: 'STORE_UNAVAILABLE', store: 'redis' },
      });
    } finally {
      await service.stop();
    }
  }, 60_000);
});
