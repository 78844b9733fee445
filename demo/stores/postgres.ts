import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { LOOPBACK, onFreePort } from './freePort';
import { initialisePostgres, layOutPostgres } from './postgresFiles';
import { startStore, type EmbeddedStore } from './store';

const SETTINGS = [
  `listen_addresses=${LOOPBACK}`,
  'unix_socket_directories=',
  'max_connections=300',
  // The data goes with the process, so none of it has to survive a crash of the machine.
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
];

/** Starts a PostgreSQL with new data in a temporary folder. Its `url` is that of the database `postgres`, with a random password. */
export const startPostgres = (): Promise<EmbeddedStore> => onFreePort(startOn);

async function startOn(port: number): Promise<EmbeddedStore> {
  const password = randomBytes(18).toString('base64url');
  const url = `postgres://journey:${password}@${LOOPBACK}:${port}/postgres`;
  const files = await layOutPostgres();
  return startStore({
    name: 'PostgreSQL',
    url,
    port,
    command: join(files.native, 'bin', 'postgres'),
    args: ['-D', files.data, '-p', String(port), ...SETTINGS.flatMap((setting) => ['-c', setting])],
    ...files.account,
    // PostgreSQL's fast shutdown: it does not wait for clients to leave.
    stopSignal: 'SIGINT',
    graceMs: 5_000,
    removeAtEnd: files.folder,
    prepare: () => initialisePostgres(files, password),
    probe: () => query(url),
  });
}

async function query(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  // An error after the failed attempt has no other listener.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}
