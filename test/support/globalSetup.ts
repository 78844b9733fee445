import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { migrate } from '../../src/database/migrate';
import { startStores, type Stores } from '../../demo/stores/stores';

/**
 * Starts one Redis and one PostgreSQL for all test files, which find them through TEST_REDIS_URL and TEST_DATABASE_URL (a
 * migrated database without rows, which `createTestDatabase` copies). If these are set before, those stores are used.
 */
export default async function globalSetup(): Promise<void> {
  execFileSync(process.execPath, [join(__dirname, '../../scripts/setup.mjs'), 'installed'], {
    stdio: 'inherit',
  });
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  const stores = await startStores({ redisUrl, databaseUrl });
  globalThis.testStores = stores;
  try {
    await migrate(stores.databaseUrl);
  } catch (error) {
    // Jest runs no teardown after a failed set-up.
    await stores.stop();
    throw error;
  }
  process.env['TEST_REDIS_URL'] = stores.redisUrl;
  process.env['TEST_DATABASE_URL'] = stores.databaseUrl;
}

declare global {
  // Jest passes no other state from set-up to teardown.
  var testStores: Stores | undefined;
}
