import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, LOOPBACK } from './freePort';
import { keepProcess } from './keptProcess';
import { untilReady } from './untilReady';

export interface EmbeddedRedis {
  readonly url: string;
  readonly port: number;
  /** Of the server itself, for tests that pause or kill it. */
  readonly pid: number;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** A free one when left out. Given to start again where another server was. */
  readonly port?: number;
  /** More of redis-server's own options, such as `['--cluster-enabled', 'yes']`. */
  readonly args?: readonly string[];
}

/** In the order of preference. */
const PROGRAMS = ['redis-server', 'valkey-server'];
const START_ATTEMPTS = 3;

/** Starts a Redis or Valkey of our own on loopback: no persistence, files in a temporary folder, ended with this process. */
export async function startRedis({ port, args = [] }: RedisOptions = {}): Promise<EmbeddedRedis> {
  const program = await findRedis();
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(program, port ?? (await freePort()), args);
    } catch (error) {
      // Someone took the free port meanwhile.
      if (port !== undefined || attempt === START_ATTEMPTS || !String(error).includes('in use')) throw error;
    }
  }
}

async function start(program: string, port: number, args: readonly string[]): Promise<EmbeddedRedis> {
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
  const redis = await keepProcess({
    command: program,
    args: [...own, ...args],
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
    removeAtEnd: folder,
  });
  try {
    await untilReady(program, redis, () => ping(port));
  } catch (error) {
    await redis.stop();
    throw error;
  }
  return { url: `redis://${LOOPBACK}:${port}`, port, pid: redis.pid, stop: () => redis.stop() };
}

async function findRedis(): Promise<string> {
  for (const program of PROGRAMS) {
    try {
      await promisify(execFile)(program, ['--version']);
      return program;
    } catch {
      // Not on the PATH: the next one.
    }
  }
  throw new Error(
    `Neither ${PROGRAMS.join(' nor ')} is on the PATH. \`node scripts/setup.mjs\` installs one.`,
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
