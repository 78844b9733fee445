import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { LOOPBACK } from '../stand/freePort';
import { cpuSecondsOf, Server } from '../stand/server';
import type { NextRequest } from './requests';

/** As many as are in flight at 4,000 requests a second of 16 ms each. */
const CONNECTIONS = 64;

/**
 * Keeps a server saturated with many connections, each with one request in flight; or sends at a given rate, spread
 * evenly over the connections. It uses bare sockets and parses no more than it needs to find the end of a response,
 * because it shares the machine's second core with Redis: an HTTP client costs as much per request as a server, so the
 * client would be measured instead.
 */
export class Load {
  /** Responses with status 200 and without errors. */
  answered = 0;
  /** All other responses, by status and first error code. */
  readonly failures = new Map<string, number>();
  private readonly sockets: Socket[];
  private broken: Error | undefined;

  constructor(
    ports: readonly number[],
    private readonly next: NextRequest,
    private readonly perSecond: number | undefined,
  ) {
    this.sockets = Array.from({ length: CONNECTIONS }, (_, index) => this.open(ports[index % ports.length]!));
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** @throws when a request failed or a connection broke: figures with failures in them mean nothing. */
  check(): void {
    if (this.broken) throw this.broken;
    if (this.failures.size === 0) return;
    throw new Error(
      `Requests failed: ${[...this.failures].map(([what, count]) => `${what} (${count} times)`).join(', ')}`,
    );
  }

  private open(port: number): Socket {
    const send = (): void => {
      if (!socket.destroyed) socket.write(this.next(), 'latin1');
    };
    const sendNext = this.perSecond === undefined ? send : paced(send, (CONNECTIONS / this.perSecond) * 1000);
    const socket = connect({ port, host: LOOPBACK, noDelay: true }, sendNext);
    let received = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received = received === '' ? chunk : received + chunk;
      const end = endOfResponse(received);
      if (end < 0) return;
      this.count(received);
      received = received.slice(end);
      sendNext();
    });
    socket.on('error', (error) => (this.broken ??= error));
    socket.on('end', () => (this.broken ??= new Error('The server closed a connection under load')));
    return socket;
  }

  private count(response: string): void {
    if (response.startsWith('HTTP/1.1 200') && !response.includes('"errors":')) {
      this.answered += 1;
      return;
    }
    const failure = `${response.slice(9, 12)} ${/"code":"(\w+)"/.exec(response)?.[1] ?? ''}`;
    this.failures.set(failure, (this.failures.get(failure) ?? 0) + 1);
  }
}

/** Calls `send` at the next tick of a steady period with a random phase; at once when that tick has passed. */
function paced(send: () => void, periodMs: number): () => void {
  let dueAt = performance.now() - Math.random() * periodMs;
  return () => {
    dueAt += periodMs;
    setTimeout(send, Math.max(0, dueAt - performance.now()));
  };
}

/** Where the first response ends, or −1 while it is incomplete. */
function endOfResponse(received: string): number {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = /\r\ncontent-length: (\d+)/i.exec(received)?.[1];
  if (length === undefined) throw new Error(`A response without Content-Length:\n${received.slice(0, head)}`);
  const end = head + 4 + Number(length);
  return received.length >= end ? end : -1;
}

export interface Figures {
  readonly requests: number;
  /** Including those before the measured time. */
  readonly allRequests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly cpuSeconds: number;
  readonly perCpuSecond: number;
  /** The share of one core. */
  readonly cpuShare: number;
  /** CPU of one request, in microseconds: of the server's process, and of Redis where it was measured. */
  readonly cpuMicros: number;
  readonly redisMicros: number | null;
}

export interface DriveOptions {
  readonly seconds: number;
  readonly warmUpSeconds?: number;
  /** Warms up until so many requests were answered, such as one poll of every student: the first one verifies the token. */
  readonly warmUpRequests?: number;
  /** Sends so many requests a second instead of as many as possible. */
  readonly perSecond?: number;
  /** Redis processes whose CPU time is measured too. */
  readonly redisPids?: readonly number[];
  /** Called at the begin and at the end of the measured time. */
  readonly onWindow?: (edge: 'begin' | 'end') => void;
}

/** Sends requests to a server, or to several at once, and measures for so long after a warm-up. */
export async function drive(
  servers: Server | readonly Server[],
  next: NextRequest,
  { seconds, warmUpSeconds = 0.5, warmUpRequests = 0, perSecond, redisPids = [], onWindow }: DriveOptions,
): Promise<Figures> {
  const together = servers instanceof Server ? [servers] : servers;
  const cpuOfServers = () => sum(together.map((server) => server.cpuSeconds()));
  const cpuOfRedis = () => sum(redisPids.map(cpuSecondsOf));
  const load = new Load(
    together.map(({ port }) => port),
    next,
    perSecond,
  );
  try {
    await sleep(warmUpSeconds * 1000);
    while (load.answered < warmUpRequests) {
      load.check();
      await sleep(20);
    }
    onWindow?.('begin');
    const before = {
      at: performance.now(),
      answered: load.answered,
      cpu: cpuOfServers(),
      redis: cpuOfRedis(),
    };
    await sleep(seconds * 1000);
    const passed = (performance.now() - before.at) / 1000;
    const requests = load.answered - before.answered;
    const cpuSeconds = cpuOfServers() - before.cpu;
    const redisSeconds = cpuOfRedis() - before.redis;
    load.stop();
    onWindow?.('end');
    load.check();
    return {
      requests,
      allRequests: load.answered,
      seconds: passed,
      perSecond: requests / passed,
      cpuSeconds,
      perCpuSecond: requests / cpuSeconds,
      cpuShare: cpuSeconds / passed,
      cpuMicros: (cpuSeconds / requests) * 1e6,
      redisMicros: redisPids.length > 0 ? (redisSeconds / requests) * 1e6 : null,
    };
  } finally {
    load.stop();
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
