import calculateSlot from 'cluster-key-slot';
import { Cluster, type Redis } from 'ioredis';

import type { RedisClient } from './client';
import { NodeUnreachable, SlotMoved } from './failures';

/** The only node of a Redis that is no cluster. */
const SINGLE_NODE = 'redis';
const SLOTS = 16_384;
/** While a command waits for a node that the cluster's client does not know, the client asks for the slots this often. */
const REFRESH_INTERVAL_MS = 100;

/**
 * The connections of one client to the nodes that its commands go to. A client of a cluster has no connection to a
 * node until the first command for it, and refuses further commands while that connection is being made; here they
 * wait instead, and the connections are made in advance.
 */
export abstract class Connections {
  private readonly waiting = new Set<() => void>();

  static of(client: RedisClient): Connections {
    return client instanceof Cluster ? new ClusterConnections(client) : new SingleConnection(client);
  }

  /** The node that serves a key. In a cluster it is its address, so that one lost master opens one breaker alone. */
  abstract nodeOf(key: string): string;
  /** Every node that serves a key. */
  abstract readonly nodes: ReadonlySet<string>;
  abstract isConnected(node: string): boolean;
  /** Whether every key has a node and every node is connected. */
  abstract readonly areComplete: boolean;
  /** Whether the client was closed for good. */
  protected abstract readonly isClosed: boolean;
  /** Does what helps a node to be connected soon. */
  protected abstract connect(node: string): void;

  /**
   * Waits until a command for the key can be sent to the node.
   * @throws NodeUnreachable at the deadline; SlotMoved once another node serves the key
   */
  async whenConnected(node: string, key: string, timeoutMs: number): Promise<void> {
    const giveUpAt = performance.now() + timeoutMs;
    while (!this.isConnected(node)) {
      if (this.nodeOf(key) !== node) throw new SlotMoved(node);
      const remainingMs = giveUpAt - performance.now();
      if (remainingMs <= 0 || this.isClosed) throw new NodeUnreachable(node);
      this.connect(node);
      await this.nextChange(Math.min(remainingMs, REFRESH_INTERVAL_MS));
    }
  }

  /** Waits, however long, until every node is connected, or the client is closed. */
  async whenComplete(): Promise<void> {
    while (!this.areComplete && !this.isClosed) {
      for (const node of this.nodes) if (!this.isConnected(node)) this.connect(node);
      await this.nextChange(REFRESH_INTERVAL_MS);
    }
  }

  /** Something may have changed for those that wait. */
  protected changed(): void {
    for (const resume of [...this.waiting]) resume();
  }

  private nextChange(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        this.waiting.delete(resume);
        resolve();
      };
      const timer = setTimeout(resume, timeoutMs);
      this.waiting.add(resume);
    });
  }
}

class SingleConnection extends Connections {
  readonly nodes: ReadonlySet<string> = new Set([SINGLE_NODE]);

  constructor(private readonly client: Redis) {
    super();
    client.on('ready', () => this.changed());
    client.on('end', () => this.changed());
  }

  nodeOf(): string {
    return SINGLE_NODE;
  }

  isConnected(): boolean {
    return this.client.status === 'ready';
  }

  get areComplete(): boolean {
    return this.isConnected();
  }

  protected get isClosed(): boolean {
    return this.client.status === 'end';
  }

  /** The client tries again by itself, for ever. */
  protected connect(): void {}
}

class ClusterConnections extends Connections {
  /** By address, as the client itself names the nodes in its table of slots. */
  private readonly connections = new Map<string, Redis>();
  private refreshedAt = -Infinity;

  constructor(private readonly client: Cluster) {
    super();
    for (const redis of client.nodes()) this.add(redis);
    client.on('+node', (redis: Redis) => this.add(redis));
    client.on('-node', (redis: Redis) => {
      const node = addressOf(redis);
      if (this.connections.get(node) === redis) this.connections.delete(node);
    });
    // After each look at the slots: a node may be new, or a master that was a replica.
    for (const event of ['ready', 'refresh']) client.on(event, () => this.connectMasters());
    client.on('end', () => this.changed());
    this.connectMasters();
  }

  nodeOf(key: string): string {
    return this.client.slots[calculateSlot(key)]?.[0] ?? 'unknown';
  }

  get nodes(): ReadonlySet<string> {
    return new Set(this.client.slots.map(([master]) => master!));
  }

  isConnected(node: string): boolean {
    return this.client.status === 'ready' && this.connections.get(node)?.status === 'ready';
  }

  get areComplete(): boolean {
    return (
      this.client.slots.filter(Boolean).length === SLOTS &&
      [...this.nodes].every((node) => this.isConnected(node))
    );
  }

  protected get isClosed(): boolean {
    return this.client.status === 'end';
  }

  protected connect(node: string): void {
    // Before, the client checks the cluster by a command to any node, and one that is connecting fails that check.
    if (this.client.status !== 'ready') return;
    const connection = this.connections.get(node);
    if (connection?.status === 'wait') connection.connect().catch(() => undefined);
    const now = performance.now();
    if (connection || now - this.refreshedAt < REFRESH_INTERVAL_MS) return;
    this.refreshedAt = now;
    this.client.refreshSlotsCache();
  }

  private add(redis: Redis): void {
    this.connections.set(addressOf(redis), redis);
    redis.on('ready', () => this.changed());
  }

  private connectMasters(): void {
    if (this.client.status === 'ready') {
      for (const redis of this.client.nodes('master')) {
        if (redis.status === 'wait') redis.connect().catch(() => undefined);
      }
    }
    this.changed();
  }
}

const addressOf = ({ options }: Redis): string => `${options.host}:${options.port}`;
