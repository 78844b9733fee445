import { execFileSync } from 'node:child_process';
import { requireFromRoot, root } from './repository';

interface Store {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one Redis and one PostgreSQL for all tests; each test has sessions of its own. */
export default async function globalSetup(): Promise<() => Promise<void>> {
  // Build from the current sources: a test that passes on an old build proves nothing.
  execFileSync(process.execPath, [`${root}scripts/build.mjs`], { stdio: 'inherit' });
  const { mapIsCurrent, buildMap } = (await import(`${root}scripts/liveMap.mjs`)) as {
    mapIsCurrent(): boolean;
    buildMap(): void;
  };
  if (!mapIsCurrent()) buildMap();
  const { startRedis } = requireFromRoot('./demo/stores/redis.ts') as { startRedis(): Promise<Store> };
  const { startPostgres } = requireFromRoot('./demo/stores/postgres.ts') as {
    startPostgres(): Promise<Store>;
  };
  const { migrate } = requireFromRoot('./src/database/migrate.ts') as {
    migrate(url: string): Promise<unknown>;
  };

  const stores = await Promise.all([startRedis(), startPostgres()]);
  const [redis, postgres] = stores;
  await migrate(postgres.url);
  process.env['BROWSER_TEST_REDIS_URL'] = redis.url;
  process.env['BROWSER_TEST_DATABASE_URL'] = postgres.url;
  return async () => void (await Promise.all(stores.map((store) => store.stop())));
}
