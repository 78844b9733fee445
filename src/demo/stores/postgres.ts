import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort, LOOPBACK } from './freePort';
import { keepProcess, type KeptProcess } from './keptProcess';
import { createPostgresFiles, type PostgresFiles } from './postgresFiles';
import { untilReady } from './untilReady';

export interface EmbeddedPostgres {
  /** Of its database `postgres`, with a random password. */
  readonly url: string;
  readonly port: number;
  /** Of the server's main process, for tests that pause or kill it. */
  readonly pid: number;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
  /** Ends the server; `resume` starts it again on the same port with the same data. */
  halt(): Promise<void>;
  resume(): Promise<void>;
}

const START_ATTEMPTS = 3;

/** The data is thrown away at the end, so nothing has to survive a crash of the machine. */
const WITHOUT_DURABILITY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];

/** Starts a PostgreSQL of our own on loopback, its data in a temporary folder, ended with this process. */
export async function startPostgres(): Promise<EmbeddedPostgres> {
  const password = randomBytes(18).toString('base64url');
  const files = await createPostgresFiles(password);
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const url = `postgres://journey:${password}@${LOOPBACK}:${port}/postgres`;
    try {
      return running(await serve(files, port, url), () => serve(files, port, url), { url, port });
    } catch (error) {
      // Someone took the free port meanwhile.
      if (attempt === START_ATTEMPTS || !String(error).includes('in use')) throw error;
    }
  }
}

function running(
  server: KeptProcess,
  serveAgain: () => Promise<KeptProcess>,
  place: { url: string; port: number },
): EmbeddedPostgres {
  return {
    ...place,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    halt: () => server.stop({ keepFiles: true }),
    resume: async () => {
      server = await serveAgain();
    },
  };
}

async function serve(
  { folder, data, bin, account }: PostgresFiles,
  port: number,
  url: string,
): Promise<KeptProcess> {
  const settings = [`listen_addresses=${LOOPBACK}`, 'unix_socket_directories=', 'max_connections=300'];
  const server = await keepProcess({
    command: join(bin, 'postgres'),
    args: [
      '-D',
      data,
      '-p',
      String(port),
      ...[...settings, ...WITHOUT_DURABILITY].flatMap((setting) => ['-c', setting]),
    ],
    ...account,
    // PostgreSQL's fast shutdown: it does not wait for clients to leave.
    stopSignal: 'SIGINT',
    graceMs: 5_000,
    removeAtEnd: folder,
  });
  try {
    await untilReady('PostgreSQL', server, () => greet(url));
  } catch (error) {
    await server.stop({ keepFiles: true });
    throw error;
  }
  return server;
}

async function greet(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // An error after the failed attempt has no one else to hear it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}
