import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { thisCheckout } from './checkout';
import { freePort, LOOPBACK } from './freePort';
import { environment, type StoreUrls } from './settings';

export const peerNames = ['product', 'floor', 'lean', 'mercurius', 'earlier'] as const;
export type PeerName = (typeof peerNames)[number];

const READY_MS = 60_000;
/** The unit of the times in /proc: 100 a second on every current Linux. */
const TICKS_PER_SECOND = 100;

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** For Node itself, such as `['--cpu-prof']`. */
  readonly nodeArgs?: readonly string[];
  /** The folder whose build is the product; this one by default. Another checkout must be built first. */
  readonly checkout?: string;
}

export type ServerOptions = StoreUrls & ProgramOptions;

/** A server in a process of its own, on a free port. Its log is discarded. */
export class Server {
  private constructor(
    readonly name: PeerName,
    readonly port: number,
    readonly metricsPort: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(
    name: PeerName,
    { env, nodeArgs = [], checkout = thisCheckout, ...stores }: ServerOptions,
  ): Promise<Server> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const child = spawn(process.execPath, [...nodeArgs, ...programOf(name, checkout)], {
      env: { ...environment(stores, env), PORT: String(port), METRICS_PORT: String(metricsPort) },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const server = new Server(name, port, metricsPort, child);
    process.once('exit', server.kill);
    try {
      await server.untilListening();
    } catch (error) {
      server.kill();
      throw error;
    }
    return server;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get url(): string {
    return `http://${LOOPBACK}:${this.port}/graphql`;
  }

  /** CPU time of the whole process so far, including the threads of the garbage collector and the thread pool. */
  cpuSeconds(): number {
    return cpuSecondsOf(this.pid);
  }

  async stop(): Promise<void> {
    process.off('exit', this.kill);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }

  private readonly kill = (): void => void this.child.kill('SIGKILL');

  private async untilListening(): Promise<void> {
    const deadline = Date.now() + READY_MS;
    for (;;) {
      if (this.child.exitCode !== null)
        throw new Error(`${this.name} exited while it started (status ${this.child.exitCode})`);
      if (await listens(this.port)) return;
      if (Date.now() > deadline) throw new Error(`${this.name} was not ready after ${READY_MS} ms`);
      await sleep(25);
    }
  }
}

/** The product as its image runs it. A peer is compiled by the bench and runs in Node with the same options. */
function programOf(name: PeerName, checkout: string): string[] {
  if (name === 'product') return [...nodeOptions(checkout), join(checkout, 'dist', 'main.js')];
  const bench = join(__dirname, '..');
  const [file, ...args] = name === 'lean' ? ['floor', 'lean'] : [name];
  const compiler = ['--require', join(thisCheckout, 'scripts/typescript.cjs')];
  return [...nodeOptions(thisCheckout), ...compiler, join(bench, 'peers', `${file}.ts`), ...args];
}

/** The options of `npm start`, which the image's command repeats. */
function nodeOptions(checkout: string): string[] {
  const file = readFileSync(join(checkout, 'package.json'), 'utf8');
  const { scripts } = JSON.parse(file) as { scripts: { start: string } };
  return scripts.start.split(' ').slice(1, -1);
}

export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may contain spaces; utime and stime are the 14th and 15th fields.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
