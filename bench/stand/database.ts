import { Client } from 'pg';

import { migrate } from '../../src/database/migrate';
import { bookSessions } from '../../demo/bookings';
import { startPostgres } from '../../demo/stores/postgres';
import type { Journey } from './journeys';

export interface BenchDatabases {
  /** Creates a migrated database, so that each server's transactions are counted apart. */
  create(name: string, journeys: readonly Journey[]): Promise<string>;
  /** Its transactions since it was created, without the bench's own. */
  transactions(url: string): Promise<number>;
  stop(): Promise<void>;
}

const ROWS_A_STATEMENT = 10_000;

export async function startDatabases(): Promise<BenchDatabases> {
  const postgres = await startPostgres();
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  // Autovacuum's transactions would be counted as those of the servers.
  await admin.query('ALTER SYSTEM SET autovacuum = off');
  await admin.query('SELECT pg_reload_conf()');
  return {
    async create(name, journeys) {
      await admin.query(`CREATE DATABASE ${name}`);
      const url = postgres.url.replace(/\/postgres$/, `/${name}`);
      await migrate(url);
      await book(url, journeys);
      return url;
    },
    async transactions(url) {
      const { rows } = await admin.query<{ count: string }>(
        'SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = $1',
        [new URL(url).pathname.slice(1)],
      );
      return Number(rows[0]!.count);
    },
    async stop() {
      await admin.end();
      await postgres.stop();
    },
  };
}

export async function book(url: string, journeys: readonly Journey[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (let from = 0; from < journeys.length; from += ROWS_A_STATEMENT) {
      await bookSessions(
        client,
        journeys.slice(from, from + ROWS_A_STATEMENT).map(({ session }) => session),
      );
    }
    await client.query('ANALYZE');
  } finally {
    await client.end();
  }
}
