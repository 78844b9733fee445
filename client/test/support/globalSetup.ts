import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

const root = join(import.meta.dirname, '../../..');

interface Stores {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
    databaseUrl: string;
  }
}

/** Builds the service and starts the stores that it needs, one of each for all test files, by the service's own means. */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  for (const script of ['setup.mjs', 'build.mjs']) {
    execFileSync(process.execPath, [join(root, 'scripts', script)], { stdio: 'inherit' });
  }
  const load = createRequire(join(root, 'package.json'));
  load('./scripts/typescript.cjs');
  const { startStores } = load('./demo/stores/stores.ts') as { startStores(given: object): Promise<Stores> };
  const { migrate } = load('./src/database/migrate.ts') as { migrate(url: string): Promise<void> };
  const { TEST_REDIS_URL: redisUrl, TEST_DATABASE_URL: databaseUrl } = process.env;
  const stores = await startStores({ redisUrl, databaseUrl });
  try {
    await migrate(stores.databaseUrl);
  } catch (error) {
    await stores.stop();
    throw error;
  }
  project.provide('redisUrl', stores.redisUrl);
  project.provide('databaseUrl', stores.databaseUrl);
  return () => stores.stop();
}
