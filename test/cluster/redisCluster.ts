import calculateSlot from 'cluster-key-slot';
import { Redis } from 'ioredis';

import { onFreePort } from '../../demo/stores/freePort';
import { startRedis } from '../../demo/stores/redis';
import type { EmbeddedStore } from '../../demo/stores/store';
import { eventually } from '../faults/eventually';

const MASTERS = 3;
const SLOTS = 16_384;
/** A master that does not respond for this long is replaced by its replica. */
const NODE_TIMEOUT_MS = 1500;

export interface ClusterNode {
  readonly store: EmbeddedStore;
  /** A connection to this node that bypasses the cluster client. */
  readonly direct: Redis;
  readonly id: string;
}

/** Three masters, each with a replica, on loopback. */
export class RedisCluster {
  private constructor(readonly nodes: readonly ClusterNode[]) {}

  static async start(): Promise<RedisCluster> {
    const nodes = await Promise.all(Array.from({ length: 2 * MASTERS }, startNode));
    const cluster = new RedisCluster(nodes);
    try {
      await cluster.join();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get url(): string {
    return `redis-cluster://${this.nodes.map(({ store }) => `127.0.0.1:${store.port}`).join(',')}`;
  }

  /** The master that serves a key's slot, as the node `witness`, which must be running, reports it. */
  async masterOf(key: string, witness = this.nodes[0]!): Promise<ClusterNode> {
    const slot = calculateSlot(key);
    const ranges = (await witness.direct.cluster('SLOTS')) as unknown as [
      number,
      number,
      [string, number, string],
    ][];
    const range = ranges.find(([from, to]) => from <= slot && slot <= to);
    return this.nodes.find(({ id }) => id === range?.[2][2])!;
  }

  /** The nodes that were masters at the start. */
  get masters(): readonly ClusterNode[] {
    return this.nodes.slice(0, MASTERS);
  }

  async stop(): Promise<void> {
    for (const { direct } of this.nodes) direct.disconnect();
    await Promise.all(this.nodes.map(({ store }) => store.stop()));
  }

  private async join(): Promise<void> {
    const [first, ...others] = this.nodes as [ClusterNode, ...ClusterNode[]];
    // Each node gets a distinct epoch; otherwise the nodes resolve the collision later, by moving slots.
    await Promise.all(this.nodes.map(({ direct }, at) => direct.cluster('SET-CONFIG-EPOCH', at + 1)));
    for (const { store, direct } of others) {
      const busPort = await busPortOf(direct);
      await first.direct.call('CLUSTER', 'MEET', '127.0.0.1', store.port, busPort);
    }
    const bounds = Array.from({ length: MASTERS + 1 }, (_, at) => Math.floor((at * SLOTS) / MASTERS));
    for (let at = 0; at < MASTERS; at += 1) {
      await this.nodes[at]!.direct.call('CLUSTER', 'ADDSLOTSRANGE', bounds[at]!, bounds[at + 1]! - 1);
    }
    const everyNode = (holds: (direct: Redis) => Promise<boolean>) => async () =>
      (await Promise.all(this.nodes.map(({ direct }) => holds(direct)))).every(Boolean);
    await eventually(
      'the nodes know each other',
      everyNode(
        async (direct) =>
          String(await direct.cluster('NODES'))
            .trim()
            .split('\n').length === this.nodes.length,
      ),
      20_000,
    );
    for (const [at, { direct }] of this.nodes.slice(MASTERS).entries()) {
      await direct.cluster('REPLICATE', this.nodes[at]!.id);
    }
    await eventually(
      'the cluster serves, and every replica is connected',
      everyNode(async (direct) => {
        const [state, replication] = await Promise.all([direct.cluster('INFO'), direct.info('replication')]);
        return (
          String(state).includes('cluster_state:ok') &&
          (/role:master/.test(replication) ? /connected_slaves:1/ : /master_link_status:up/).test(replication)
        );
      }),
      20_000,
    );
  }
}

async function startNode(): Promise<ClusterNode> {
  const store = await onFreePort((busPort) =>
    startRedis({
      args: [
        ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
        ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--cluster-replica-validity-factor', '0'],
        // The rest of a cluster goes on serving without a master, and each replica stays with its master.
        ...['--cluster-require-full-coverage', 'no', '--cluster-allow-replica-migration', 'no'],
        ...['--repl-diskless-sync-delay', '0'],
      ],
    }),
  );
  const direct = new Redis(store.url);
  direct.on('error', () => undefined);
  return { store, direct, id: String(await direct.cluster('MYID')) };
}

async function busPortOf(direct: Redis): Promise<string> {
  return (await direct.config('GET', 'cluster-port'))[1]!;
}
