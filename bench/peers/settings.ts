import { Authenticator } from '../../src/http/authentication';
import { readConfig } from '../../src/config/readConfig';
import { createRedisClient } from '../../src/redis/client';

/** What every peer has in common with the product: settings, token check and Redis clients. */
export function peerSettings() {
  const config = readConfig(process.env);
  const authenticator = new Authenticator(config.auth);
  return {
    port: config.http.port,
    host: config.http.host,
    policy: config.policy,
    databaseUrl: config.database.url,
    viewerOf: (authorization: string | undefined) => authenticator.viewer(authorization),
    reader: createRedisClient({
      ...config.redis,
      name: 'peer-reader',
      autoPipelining: true,
      scripts: ['look'],
    }),
    writer: createRedisClient({ ...config.redis, name: 'peer-writer' }),
  };
}

/** A peer exits at once: it has nothing to finish. */
export function endOnSignal(): void {
  process.once('SIGTERM', () => process.exit(0));
}
