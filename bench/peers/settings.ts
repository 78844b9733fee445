import { Authenticator } from '../../src/auth/authenticator';
import { readConfig } from '../../src/config/readConfig';
import { createRedisClient } from '../../src/redis/client';

/** What every peer has in common with the product: its settings, its token check, its way to reach Redis. */
export function peerSettings() {
  const config = readConfig(process.env);
  const authenticator = new Authenticator(config.auth);
  return {
    port: config.http.port,
    host: config.http.host,
    policy: config.policy,
    databaseUrl: config.database.url,
    viewerOf: (authorization: string | undefined) => {
      const identity = authenticator.identify(authorization);
      return identity instanceof Promise ? identity.then((late) => late.require()) : identity.require();
    },
    reader: createRedisClient({
      ...config.redis,
      name: 'peer-reader',
      autoPipelining: true,
      scripts: ['look'],
    }),
    writer: createRedisClient({ ...config.redis, name: 'peer-writer' }),
  };
}

/** A peer ends at once: nothing of it has to be kept. */
export function endOnSignal(): void {
  process.once('SIGTERM', () => process.exit(0));
}
