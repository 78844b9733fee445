import { Redis } from 'ioredis';

import { Authenticator } from '../../src/auth/authenticator';
import { readConfig } from '../../src/config/readConfig';
import { parseRedisUrl } from '../../src/redis/redisUrl';
import { loadScripts } from '../../src/redis/scripts';

/** What every peer has in common: the product's settings and token check, and its Redis clients. */
export function peerSettings() {
  const config = readConfig(process.env);
  const authenticator = new Authenticator(config.auth);
  // Plain ioredis, so that what the product gains by its own client shows. Only the shape of replies is the product's.
  const plain = { ...parseRedisUrl(config.redis.url).hosts[0]!, protocol: 2 } as const;
  return {
    port: config.http.port,
    host: config.http.host,
    policy: config.policy,
    databaseUrl: config.database.url,
    viewerOf: (authorization: string | undefined) => {
      const identity = authenticator.identify(authorization);
      return identity instanceof Promise ? identity.then((late) => late.require()) : identity.require();
    },
    reader: new Redis({ ...plain, enableAutoPipelining: true, scripts: loadScripts() }),
    writer: new Redis({ ...plain, scripts: loadScripts() }),
  };
}

/** A peer exits at once: it has nothing to finish. */
export function endOnSignal(): void {
  process.once('SIGTERM', () => process.exit(0));
}
