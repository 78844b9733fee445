import { once } from 'node:events';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

interface Target {
  readonly port: number;
  readonly agent: Agent;
  isHealthy: boolean;
}

/**
 * Behaves as an Application Load Balancer does during a rolling release: it sends requests round-robin to the targets
 * whose last health check succeeded, over kept-alive connections, and does not retry a request that fails.
 */
export class Balancer {
  private readonly targets: readonly Target[];
  private readonly timer: NodeJS.Timeout;
  private turn = 0;
  /** The number of requests that each target got, by its port. */
  readonly sent = new Map<number, number>();

  private constructor(
    private readonly server: Server,
    ports: readonly number[],
    intervalMs: number,
  ) {
    this.targets = ports.map((port) => ({
      port,
      agent: new Agent({ keepAlive: true, maxSockets: 200, maxFreeSockets: 200 }),
      isHealthy: false,
    }));
    this.timer = setInterval(() => void this.check(), intervalMs);
  }

  static async start(ports: readonly number[], intervalMs: number): Promise<Balancer> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const balancer = new Balancer(server, ports, intervalMs);
    server.on('request', (incoming, outgoing) => balancer.forward(incoming, outgoing));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await balancer.check();
    return balancer;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  isHealthy(port: number): boolean {
    return this.targets.some((target) => target.port === port && target.isHealthy);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.server.close();
    this.server.closeAllConnections();
    for (const { agent } of this.targets) agent.destroy();
    await once(this.server, 'close');
  }

  private async check(): Promise<void> {
    await Promise.all(
      this.targets.map(async (target) => {
        target.isHealthy = await fetch(`http://127.0.0.1:${target.port}/health/ready`).then(
          ({ status }) => status === 200,
          () => false,
        );
      }),
    );
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const healthy = this.targets.filter(({ isHealthy }) => isHealthy);
    const target = healthy[(this.turn += 1) % healthy.length];
    if (!target) return void outgoing.writeHead(503).end();
    this.sent.set(target.port, (this.sent.get(target.port) ?? 0) + 1);
    const { method, url, headers } = incoming;
    const forwarded = request(
      { host: '127.0.0.1', port: target.port, method, path: url, headers, agent: target.agent },
      (answer) => {
        // Connection headers are hop-by-hop, so they are not forwarded.
        const { connection: _connection, 'keep-alive': _keepAlive, ...rest } = answer.headers;
        outgoing.writeHead(answer.statusCode!, rest);
        answer.pipe(outgoing);
      },
    );
    forwarded.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
    });
    incoming.pipe(forwarded);
  }
}
