import { readConfig } from '../../src/config/readConfig';
import type { Config } from '../../src/config/config';

/** Signs tokens that live as long as a run. */
export const SECRET = 'a secret of the bench, of 32 bytes and more';

/**
 * What differs from the production settings when servers are driven to their limit. A location lives as long as its
 * journey, else polls would become cheaper during a run. Phones may send as fast as they can, else a few of them could not
 * saturate a server. And a server at its limit refuses nothing and gives up nothing, even when something else holds the
 * machine up for a moment. The limiters, the look at the event loop and the deadlines still run.
 */
export const SATURATION = {
  LOCATION_TTL_SECONDS: '3600',
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '1000',
  REQUESTS_PER_MINUTE: '1000000',
  MAX_EVENT_LOOP_DELAY_MS: '10000',
  REDIS_TIMEOUT_MS: '10000',
} as const;

export interface StoreUrls {
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

/** The environment of every server of the bench: production, with everything that is on there. */
export const environment = (
  { redisUrl, databaseUrl }: StoreUrls,
  more: NodeJS.ProcessEnv = {},
): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  NODE_ENV: 'production',
  HOST: '127.0.0.1',
  REDIS_URL: redisUrl,
  DATABASE_URL: databaseUrl,
  AUTH_JWT_SECRET: SECRET,
  DRAIN_DELAY_MS: '0',
  ...more,
});

export const configOf = (stores: StoreUrls, more: NodeJS.ProcessEnv = {}): Config =>
  readConfig(environment(stores, more));
