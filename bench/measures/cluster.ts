import { Redis } from 'ioredis';

import { drive, type Figures } from '../load/load';
import { pollLoad, updateLoad, type NextRequest } from '../load/requests';
import { startBenchRedis, type RedisStore } from '../stand/redis';
import { startRedisCluster } from '../stand/redisCluster';
import type { Server } from '../stand/server';
import { Stand } from '../stand/stand';
import { median } from './median';
import { medianFigures } from './pairs';

const JOURNEYS = 10_000;
const MASTERS = 3;
/** For each process, so low that two of them, the masters and the load together fit into the machine's two cores. */
const PER_SECOND = 2000;

export interface Scaling {
  /** One process on one Redis. */
  readonly one: Figures;
  /** Two processes on a cluster of three masters, with twice the requests. */
  readonly two: Figures;
  /** The cost of one request in the second divided by that in the first, pair by pair: the median. */
  readonly serverCost: number;
  readonly redisCost: number;
}

export interface ClusterFigures {
  readonly polls: Scaling;
  readonly updates: Scaling;
  /** How the scripts were spread over the cluster's masters. */
  readonly sharePerMaster: readonly number[];
}

/**
 * One part of the proof for a million journeys: with twice the requests on two processes and three masters a request must
 * cost no more than on one process and one Redis, because then a deployment grows by adding them. Both use Redis over TCP.
 */
export async function measureCluster(options: { pairs: number; seconds: number }): Promise<ClusterFigures> {
  const stands: Stand[] = [];
  try {
    const single = await Stand.start(JOURNEYS, () => startBenchRedis('tcp'));
    stands.push(single);
    const cluster = await Stand.start(JOURNEYS, () => startRedisCluster(MASTERS));
    stands.push(cluster);
    const one = { stand: single, servers: [await single.serve('product')] };
    const two = { stand: cluster, servers: [await cluster.serve('product'), await cluster.serve('product')] };
    const before = await scriptsRun(cluster.redis);
    const polls = await compare(one, two, ({ journeys }) => pollLoad(journeys), options);
    const updates = await compare(one, two, ({ journeys }) => updateLoad(journeys), options);
    const after = await scriptsRun(cluster.redis);
    const run = after.map((calls, index) => calls - before[index]!);
    const total = run.reduce((sum, calls) => sum + calls, 0);
    return { polls, updates, sharePerMaster: run.map((calls) => calls / total) };
  } finally {
    await Promise.all(stands.map((stand) => stand.stop()));
  }
}

interface Deployment {
  readonly stand: Stand;
  readonly servers: readonly Server[];
}

async function compare(
  one: Deployment,
  two: Deployment,
  loadOf: (stand: Stand) => NextRequest,
  { pairs, seconds }: { pairs: number; seconds: number },
): Promise<Scaling> {
  const measures = [one, two].map(({ stand, servers }) => {
    const load = loadOf(stand);
    const perSecond = PER_SECOND * servers.length;
    return () => drive(servers, load, { seconds, perSecond, redisPids: stand.redis.pids });
  });
  for (const { stand, servers } of [one, two]) {
    // Each process alone, until it has verified every token.
    for (const server of servers)
      await drive(server, loadOf(stand), { seconds: 0.2, warmUpRequests: JOURNEYS });
  }
  const runs: { one: Figures; two: Figures }[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    runs.push({ one: await measures[0]!(), two: await measures[1]!() });
  }
  const ratio = (of: (figures: Figures) => number): number =>
    median(runs.map((run) => of(run.two) / of(run.one)));
  return {
    one: medianFigures(runs.map((run) => run.one)),
    two: medianFigures(runs.map((run) => run.two)),
    serverCost: ratio(({ cpuMicros }) => cpuMicros),
    redisCost: ratio(({ redisMicros }) => redisMicros!),
  };
}

async function scriptsRun({ url }: RedisStore): Promise<number[]> {
  const ports = [...url.matchAll(/:(\d+)/g)].map(([, port]) => Number(port));
  return Promise.all(
    ports.map(async (port) => {
      const client = new Redis(port);
      try {
        return Number(/cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats'))?.[1] ?? 0);
      } finally {
        client.disconnect();
      }
    }),
  );
}
