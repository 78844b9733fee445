import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { migrate } from '../../src/database/migrate';
import { startPostgres } from '../../src/demo/stores/postgres';
import { startRedis } from '../../src/demo/stores/redis';

/** Ends what `globalSetup` started. */
export type StopStores = () => Promise<void>;

/**
 * One Redis and one PostgreSQL for all test files, found by them through TEST_REDIS_URL and TEST_DATABASE_URL (a
 * migrated database without rows, which `createTestDatabase` copies). Set beforehand, they are used instead.
 */
export default async function globalSetup(): Promise<void> {
  execFileSync(process.execPath, [join(__dirname, '../../scripts/setup.mjs')], { stdio: 'inherit' });
  const stops: StopStores[] = [];
  globalThis.stopStores = async () => void (await Promise.all(stops.map((stop) => stop())));
  try {
    await Promise.all([provideRedis(stops), provideDatabase(stops)]);
  } catch (error) {
    // Jest runs no teardown after a failed set-up.
    await globalThis.stopStores();
    throw error;
  }
}

async function provideRedis(stops: StopStores[]): Promise<void> {
  if (process.env['TEST_REDIS_URL']) return;
  const redis = await startRedis();
  stops.push(() => redis.stop());
  process.env['TEST_REDIS_URL'] = redis.url;
}

async function provideDatabase(stops: StopStores[]): Promise<void> {
  if (!process.env['TEST_DATABASE_URL']) {
    const postgres = await startPostgres();
    stops.push(() => postgres.stop());
    process.env['TEST_DATABASE_URL'] = postgres.url;
  }
  await migrate(process.env['TEST_DATABASE_URL']!);
}

declare global {
  // Jest hands nothing else from set-up to teardown.
  var stopStores: StopStores | undefined;
}
