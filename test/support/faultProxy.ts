import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { loadScripts, type ScriptName } from '../../src/redis/scripts';

/**
 * What happens to a request that a fault's `when` selects.
 * - `cutBefore`: the connection breaks; the server never sees the request.
 * - `cutAfter`: the server runs it, then the connection breaks instead of the reply.
 * - `swallowReply`: the server runs it; the reply never comes, and the connection stays open.
 * - `delayReply`: the server runs it; the reply comes `delayMs` late.
 * - `hold`: the request is held back, as in a stalled network, until `release`. The connection stays open.
 * - `holdAndCut`: the same, but the client's side of the connection breaks at once.
 */
export type FaultKind = 'cutBefore' | 'cutAfter' | 'swallowReply' | 'delayReply' | 'hold' | 'holdAndCut';

export interface Fault {
  readonly kind: FaultKind;
  /** Selects the requests by their bytes; every one when left out. */
  readonly when?: (request: Buffer) => boolean;
  /** How many requests at most; any number when left out. */
  readonly times?: number;
  /** How late the reply of `delayReply` comes. */
  readonly delayMs?: number;
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  /** What happens to the server's bytes. */
  replies: 'pass' | 'swallow' | 'cut' | { readonly delayMs: number };
  /** Replies that are delayed. Later ones queue behind them, for TCP keeps their order. */
  readonly delayed: Buffer[];
  lastDelayMs: number;
  /** Requests that are held back. While there are any, all later ones queue behind them. */
  held: Buffer[] | null;
}

/** A TCP proxy between the service and a store, which injects the faults that a test asks for. */
export class FaultProxy {
  private readonly connections = new Set<Connection>();
  private fault: Fault | null = null;
  private left = 0;
  private refusing = false;
  /** How many requests the current fault has affected. */
  affectedRequests = 0;

  private constructor(
    private readonly listener: Server,
    private target: number,
  ) {}

  /** @param target the store's port on loopback. */
  static async start(target: number): Promise<FaultProxy> {
    const listener = createServer();
    const proxy = new FaultProxy(listener, target);
    listener.on('connection', (client) => proxy.accept(client));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get redisUrl(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Applies a fault from now on, in place of the one before. */
  inject(fault: Fault): void {
    this.fault = fault;
    this.left = fault.times ?? Infinity;
    this.affectedRequests = 0;
  }

  /** Ends every fault: held requests are sent on, and connections whose replies were swallowed break, as they do in a network at last. */
  heal(): void {
    this.fault = null;
    this.refusing = false;
    this.release();
    for (const connection of this.connections) {
      if (connection.replies === 'swallow' || connection.replies === 'cut') connection.client.destroy();
      else connection.replies = 'pass';
    }
  }

  /** Lets held requests reach the server. */
  release(): void {
    for (const connection of this.connections) {
      const { client, held, server } = connection;
      connection.held = null;
      for (const request of held ?? []) server.write(request);
      if (client.destroyed) server.end();
    }
  }

  /** Breaks every connection, and each new one until `heal`. */
  refuse(): void {
    this.refusing = true;
    for (const { client } of this.connections) client.destroy();
  }

  /** Connects new connections to another server; open ones keep theirs. */
  retarget(port: number): void {
    this.target = port;
  }

  async stop(): Promise<void> {
    this.listener.close();
    for (const { client, server } of this.connections) {
      client.destroy();
      server.destroy();
    }
    await once(this.listener, 'close');
  }

  private accept(client: Socket): void {
    if (this.refusing) return void client.destroy();
    const server = connect(this.target, '127.0.0.1');
    const connection: Connection = {
      client,
      server,
      replies: 'pass',
      delayed: [],
      lastDelayMs: 0,
      held: null,
    };
    this.connections.add(connection);
    client.on('data', (request) => this.forward(connection, request));
    server.on('data', (reply) => this.answer(connection, reply));
    // `close` follows every error and handles it.
    client.on('error', () => undefined);
    server.on('error', () => undefined);
    server.on('close', () => {
      client.destroy();
      this.connections.delete(connection);
    });
    // The server still gets the held requests, as it would get them from a network's buffers.
    client.on('close', () => {
      if (connection.held === null) server.end();
      else connection.replies = 'swallow';
    });
  }

  private forward(connection: Connection, request: Buffer): void {
    if (connection.held) return void connection.held.push(request);
    const { fault } = this;
    if (!fault || this.left <= 0 || (fault.when && !fault.when(request))) {
      connection.server.write(request);
      return;
    }
    this.left -= 1;
    this.affectedRequests += 1;
    switch (fault.kind) {
      case 'cutBefore':
        return void connection.client.destroy();
      case 'cutAfter':
        connection.replies = 'cut';
        break;
      case 'swallowReply':
        connection.replies = 'swallow';
        break;
      case 'delayReply':
        connection.replies = { delayMs: fault.delayMs ?? 0 };
        break;
      case 'hold':
      case 'holdAndCut':
        connection.held = [request];
        if (fault.kind === 'holdAndCut') connection.client.destroy();
        return;
    }
    connection.server.write(request);
  }

  private answer(connection: Connection, reply: Buffer): void {
    const { client, delayed, replies } = connection;
    if (replies === 'cut') return void client.destroy();
    if (replies === 'swallow') return;
    if (replies === 'pass' && delayed.length === 0) return void client.write(reply);
    delayed.push(reply);
    const delayMs = replies === 'pass' ? connection.lastDelayMs : (connection.lastDelayMs = replies.delayMs);
    setTimeout(() => client.write(delayed.shift()!), delayMs);
  }
}

/** Selects the requests that call one of these scripts, by its hash or by its text. */
export function callsScript(...names: readonly ScriptName[]): (request: Buffer) => boolean {
  const scripts = loadScripts();
  const marks = names.flatMap((name) => {
    const { lua } = scripts[name];
    return [createHash('sha1').update(lua).digest('hex'), lua];
  });
  return (request) => marks.some((mark) => request.includes(mark));
}
