import { Cluster } from 'ioredis';
import { Client } from 'pg';

import type { RedisClient } from '../../src/redis/client';

/** Every key of Redis that fits the pattern, with its value, and every row of every table, as text. */
export async function everythingIn(
  client: RedisClient,
  pattern: string,
  databaseUrl: string,
): Promise<string> {
  const texts: string[] = [];
  const nodes = client instanceof Cluster ? client.nodes('master') : [client];
  for (const node of nodes) {
    for (const key of await node.keys(pattern)) {
      const value = {
        hash: () => node.hgetall(key),
        stream: () => node.xrange(key, '-', '+'),
        zset: () => node.zrange(key, 0, '-1'),
        set: () => node.smembers(key),
        string: () => node.get(key),
        list: () => node.lrange(key, 0, -1),
      }[await node.type(key)];
      // A key that expired since the scan has no type.
      if (value) texts.push(key, JSON.stringify(await value()));
    }
  }
  const database = new Client({ connectionString: databaseUrl });
  await database.connect();
  const tables = await database.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  for (const { name } of tables.rows) {
    const { rows } = await database.query(`SELECT t::text FROM ${name} t`);
    texts.push(...rows.map((row) => JSON.stringify(row)));
  }
  await database.end();
  return texts.join('\n');
}
