import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { TEST_SECRET } from './token';

const program = fileURLToPath(new URL('serve.cjs', import.meta.url));
const READY_DEADLINE_MS = 60_000;

interface ServiceError {
  readonly message: string;
  readonly extensions: { readonly code: string; readonly retryAfterMs?: number };
}

/** Says that the same request may be answered later, for instance while the first connection to a store is made. */
const BUSY_CODES: ReadonlySet<string> = new Set(['STORE_UNAVAILABLE', 'OVERLOADED']);

/** The service's own intervals, shorter, and cars that are: what takes an hour takes seconds here. */
export const QUICK: Readonly<Record<string, string>> = {
  POLL_IDLE_INTERVAL_MS: '1000',
  POLL_INTERVAL_MS: '1000',
  POLL_NEAR_INTERVAL_MS: '1000',
  POLL_LOST_INTERVAL_MS: '1000',
  UPDATE_INTERVAL_MS: '500',
  UPDATE_JITTER_MS: '500',
  MAX_SPEED_KMH: '2000',
};

/** The built service, with the live map, as a process of its own, which a test may kill and start again on the same port. */
export class Service {
  private process: ChildProcess | undefined;
  private log = '';
  /** Of its own, so that no other story's journeys are in its lists and counts. */
  private readonly keyPrefix = `${randomUUID()}:`;

  private constructor(
    private readonly port: number,
    private settings: Readonly<Record<string, string>>,
  ) {}

  /** @param settings of the service, over QUICK: a test may want other intervals. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Service> {
    const service = new Service(await freePort(), settings);
    await service.start();
    return service;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    this.log = '';
    const child = spawn(process.execPath, [program], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOST: '127.0.0.1',
        PORT: String(this.port),
        REDIS_URL: process.env['BROWSER_TEST_REDIS_URL'] ?? '',
        DATABASE_URL: process.env['BROWSER_TEST_DATABASE_URL'] ?? '',
        AUTH_JWT_SECRET: TEST_SECRET,
        KEY_PREFIX: this.keyPrefix,
        EVENTS: 'off',
        LOG_LEVEL: 'warn',
        ...QUICK,
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => (this.log += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    this.process = child;
    await this.untilReady(child);
  }

  /** Asks again, as apps do, while the service is too busy. @throws the service's own message when it refuses. */
  async ask(token: string, query: string, variables: object): Promise<unknown> {
    for (;;) {
      const response = await fetch(`${this.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors } = (await response.json()) as {
        data?: unknown;
        errors?: readonly ServiceError[];
      };
      const [error] = errors ?? [];
      if (!error) return data;
      if (!BUSY_CODES.has(error.extensions.code)) throw new Error(error.message);
      await sleep(error.extensions.retryAfterMs);
    }
  }

  /** As a power cut would: no goodbye to anybody. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** Ends it, and starts it at the same address with these settings. */
  async restart(settings: Readonly<Record<string, string>>): Promise<void> {
    await this.kill();
    this.settings = settings;
    await this.start();
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + READY_DEADLINE_MS;
    while (Date.now() < deadline && child.exitCode === null) {
      const ready = await fetch(`${this.origin}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await sleep(50);
    }
    await this.kill();
    throw new Error(`The service was not ready in time. It said:\n${this.log}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
