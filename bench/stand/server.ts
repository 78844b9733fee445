import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePort, LOOPBACK } from './freePort';
import { environment, type StoreUrls } from './settings';

export const peerNames = ['product', 'floor', 'lean', 'mercurius', 'earlier'] as const;
export type PeerName = (typeof peerNames)[number];

const READY_MS = 15_000;
/** The unit of /proc's times; 100 a second on every Linux of these years. */
const TICKS_A_SECOND = 100;

export interface ServerOptions extends StoreUrls {
  readonly env?: NodeJS.ProcessEnv;
  /** For node itself, such as `['--cpu-prof']`. */
  readonly nodeArgs?: readonly string[];
}

/** A server in a process of its own, on a free port, its log thrown away. */
export class Server {
  private constructor(
    readonly name: PeerName,
    readonly port: number,
    readonly metricsPort: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(name: PeerName, { env, nodeArgs = [], ...stores }: ServerOptions): Promise<Server> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const child = spawn(process.execPath, [...nodeArgs, ...programOf(name)], {
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

  /** CPU time of the whole process so far, its garbage collector's and thread pool's threads included. */
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
        throw new Error(`${this.name} ended at its start (${this.child.exitCode})`);
      if (await listens(this.port)) return;
      if (Date.now() > deadline) throw new Error(`${this.name} was not ready after ${READY_MS} ms`);
      await sleep(25);
    }
  }
}

/** The product as its image runs it; a peer by the compiler of the bench, and Node with the same settings. */
function programOf(name: PeerName): string[] {
  const bench = join(__dirname, '..');
  if (name === 'product') return [...nodeSettings(), join(bench, '..', 'dist', 'main.js')];
  const [file, ...args] = name === 'lean' ? ['floor', 'lean'] : [name];
  const compiler = ['--require', join(bench, '../scripts/typescript.cjs')];
  return [...nodeSettings(), ...compiler, join(bench, 'peers', `${file}.ts`), ...args];
}

/** Those of `npm start`, which the image's command repeats. */
function nodeSettings(): string[] {
  const file = readFileSync(join(__dirname, '..', '..', 'package.json'), 'utf8');
  const { scripts } = JSON.parse(file) as { scripts: { start: string } };
  return scripts.start.split(' ').slice(1, -1);
}

export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
