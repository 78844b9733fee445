import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LOOPBACK, onFreePort } from './freePort';
import { startStore, type EmbeddedStore } from './store';

export interface RedisOptions {
  /** A free one when left out. */
  readonly port?: number;
  /** More of redis-server's own options, such as `['--cluster-enabled', 'yes']`. */
  readonly args?: readonly string[];
}

/** In the order of preference. */
const PROGRAMS = ['redis-server', 'valkey-server'];
/** The first whose scripts may say in their first line how they behave. */
const MINIMUM_MAJOR = 7;

/** Starts a Redis or Valkey without persistence: resumed, it is empty. */
export async function startRedis({ port, args = [] }: RedisOptions = {}): Promise<EmbeddedStore> {
  const program = await findRedis();
  const start = (at: number): Promise<EmbeddedStore> => startOn(at, program, args);
  return port === undefined ? onFreePort(start) : start(port);
}

async function startOn(port: number, program: string, args: readonly string[]): Promise<EmbeddedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'journey-redis-'));
  const own = [
    '--bind',
    LOOPBACK,
    '--port',
    String(port),
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'no',
  ];
  return startStore({
    name: program,
    url: `redis://${LOOPBACK}:${port}`,
    port,
    command: program,
    args: [...own, ...args],
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
    removeAtEnd: folder,
    probe: () => ping(port),
  });
}

async function findRedis(): Promise<string> {
  for (const program of PROGRAMS) {
    try {
      const { stdout } = await promisify(execFile)(program, ['--version']);
      if (Number(/v=(\d+)/.exec(stdout)?.[1]) >= MINIMUM_MAJOR) return program;
    } catch {
      // Not on the PATH: the next one.
    }
  }
  throw new Error(
    `No ${PROGRAMS.join(' or ')} of version ${MINIMUM_MAJOR} or later is on the PATH: run \`node scripts/setup.mjs\``,
  );
}

/** By hand, since a client library would come with its own retries. */
function ping(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: LOOPBACK }, () => socket.write('PING\r\n'));
    socket.setTimeout(1_000, () => socket.destroy(new Error('no answer to PING')));
    socket.once('data', (reply) => {
      socket.destroy();
      if (reply.toString().startsWith('+PONG')) resolve();
      else reject(new Error(`PING was answered by ${reply.toString().trim()}`));
    });
    socket.once('error', reject);
  });
}
