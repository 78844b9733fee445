import { Cluster, Redis, type ClusterNode, type RedisOptions } from 'ioredis';

import { joinWrites } from './joinedWrites';
import { parseRedisUrl } from './redisUrl';
import { loadScripts, readingScripts, type ScriptName } from './scripts';

export type RedisClient = Redis | Cluster;

export interface RedisClientOptions {
  /** `redis://…`, `rediss://…`, or `redis-cluster://host:port,host:port` (`rediss-cluster://` with TLS). */
  readonly url: string;
  /** Deadline of one command. */
  readonly timeoutMs: number;
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /** The scripts that this client can call; all by default. ioredis copies each of them to every batch that it pipelines. */
  readonly scripts?: readonly ScriptName[];
  /** Called when the server has become a replica and this client reconnects. */
  readonly onReadonly?: () => void;
}

/** The delay between attempts to connect. It is short, so that the service is back within 2 s of Redis. */
const reconnectDelayMs = (attempt: number): number =>
  Math.min(50 * 2 ** (attempt - 1), 400) + Math.random() * 100;

/** Creates the service's two connections: one for reading scripts, one for writing ones. */
export function createRedisClients(options: Pick<RedisClientOptions, 'url' | 'timeoutMs'>): {
  readonly reader: RedisClient;
  readonly writer: RedisClient;
} {
  const reader = createRedisClient({
    ...options,
    name: 'journey-reader',
    scripts: readingScripts,
  });
  const writer = createRedisClient({
    ...options,
    name: 'journey-writer',
    // A demoted master does not refuse reads: it would go on answering them with ever older data, so the reader has to
    // leave it too. In a cluster a replica redirects reads by itself.
    onReadonly: () => void (reader instanceof Redis && reader.disconnect(true)),
  });
  return { reader, writer };
}

export function createRedisClient({
  url,
  timeoutMs,
  name,
  scripts,
  onReadonly,
}: RedisClientOptions): RedisClient {
  const { protocol, hosts, username, password, database } = parseRedisUrl(url);
  let isLeaving = false;
  const options: RedisOptions = {
    connectionName: name,
    ...(username && { username }),
    ...(password && { password }),
    ...(protocol.tls && { tls: {} }),
    db: database,
    // RESP2, because every Redis since 2.0 and every proxy replies in it.
    protocol: 2,
    // ioredis must not resend a command whose reply was lost: scriptRunner.ts decides whether a script call may be repeated.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A queued command would still run after its caller got 503. Without a connection a command fails at once.
    enableOfflineQueue: false,
    connectTimeout: timeoutMs,
    // A socket that gets no reply (a stalled host, a firewall that drops packets) is replaced by a new one.
    socketTimeout: timeoutMs,
    keepAlive: 10_000,
    retryStrategy: reconnectDelayMs,
    // After a failover the old master goes on answering READONLY: only a new connection finds the new master.
    // The first such reply of all pending commands reconnects. (A cluster's replica redirects to its master instead.)
    reconnectOnError: (error) => {
      if (isLeaving || !error.message.startsWith('READONLY')) return false;
      isLeaving = !protocol.cluster;
      onReadonly?.();
      return true;
    },
    maxLoadingRetryTime: 1000,
    scripts: loadScripts(scripts),
  };
  const client = protocol.cluster
    ? new Cluster([...hosts] as ClusterNode[], {
        redisOptions: options,
        scripts: loadScripts(scripts),
        // The cluster client has a queue of its own, which no command timeout covers, so this must be set here too.
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectDelayMs,
        slotsRefreshTimeout: timeoutMs,
        // A failover that no MOVED reports (because the master is gone) is found by asking the nodes.
        slotsRefreshInterval: 1000,
        // A command that may have run is not resent here either.
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        // Nor is it redirected to another node, because the script's deadline is in the first node's clock: scriptRunner.ts
        // finds the slot's node and calls the script there with a new deadline.
        maxRedirections: 0,
        // Managed clusters announce host names, and their certificates are valid for these names, not for IP addresses.
        ...(protocol.tls && {
          dnsLookup: (address: string, done: (error: null, address: string) => void) => done(null, address),
        }),
      })
    : new Redis({ ...options, ...hosts[0] });
  joinWrites(client);
  // Every failure reaches its caller through the command. Without a listener ioredis would print each one to stderr.
  client.on('error', () => undefined);
  client.on('close', () => (isLeaving = false));
  return client;
}
