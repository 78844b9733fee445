import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  /** Drops the database, even when connections are still open. */
  drop(): Promise<void>;
}

/** Creates a database of its own for a test file: migrated, without rows. This takes some 0.1 s. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = new URL(environment('TEST_DATABASE_URL'));
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administrate(template, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${client.escapeIdentifier(databaseOf(template))}`);
  });
  const url = new URL(template);
  url.pathname = name;
  return {
    url: url.href,
    drop: () =>
      administrate(
        template,
        async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`)),
      ),
  };
}

/** PostgreSQL copies a database only while no client is connected to it, so this connects to another one. */
async function administrate(template: URL, work: (client: Client) => Promise<void>): Promise<void> {
  const url = new URL(template);
  url.pathname = databaseOf(template) === 'template1' ? 'postgres' : 'template1';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const databaseOf = (url: URL): string => url.pathname.slice(1);

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: jest's globalSetup sets it`);
  return value;
}
