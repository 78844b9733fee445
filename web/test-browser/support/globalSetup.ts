import { existsSync } from 'node:fs';
import { requireFromRoot, root } from './repository';

interface Store {
  readonly url: string;
  stop(): Promise<void>;
}

/** One Redis and one PostgreSQL for all stories; each story has sessions of its own. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  for (const built of ['dist/main.js', 'web/dist/index.html']) {
    if (!existsSync(`${root}${built}`))
      throw new Error(`${built} is missing: build the server and the map first`);
  }
  const { startRedis } = requireFromRoot('./dist/demo/stores/redis') as { startRedis(): Promise<Store> };
  const { startPostgres } = requireFromRoot('./dist/demo/stores/postgres') as {
    startPostgres(): Promise<Store>;
  };
  const { migrate } = requireFromRoot('./dist/database/migrate') as {
    migrate(url: string): Promise<unknown>;
  };

  const stores = await Promise.all([startRedis(), startPostgres()]);
  const [redis, postgres] = stores;
  await migrate(postgres.url);
  process.env['BROWSER_TEST_REDIS_URL'] = redis.url;
  process.env['BROWSER_TEST_DATABASE_URL'] = postgres.url;
  return async () => void (await Promise.all(stores.map((store) => store.stop())));
}
