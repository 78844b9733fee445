import { Cluster, Redis, type ClusterNode, type RedisOptions } from 'ioredis';

import { joinWrites } from './joinedWrites';
import { parseRedisUrl } from './redisUrl';

export type RedisClient = Redis | Cluster;

export interface RedisClientOptions {
  /** `redis://…`, `rediss://…`, or `redis-cluster://host:port,host:port` (`rediss-cluster://` with TLS). */
  readonly url: string;
  /** Deadline of one command. */
  readonly timeoutMs: number;
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /** The server has become a replica: this client connects anew. */
  readonly onReadonly?: () => void;
}

const SLOTS_REFRESH_INTERVAL_MS = 1000;
const SOCKET_GRACE_MS = 50;

/** Between attempts to connect: short, so that the service is back within 2 s of Redis. */
const reconnectDelayMs = (attempt: number): number =>
  Math.min(50 * 2 ** (attempt - 1), 400) + Math.random() * 100;

/** The service's two connections. */
export function createRedisClients(options: Pick<RedisClientOptions, 'url' | 'timeoutMs'>): {
  readonly reader: RedisClient;
  readonly writer: RedisClient;
} {
  const reader = createRedisClient({ ...options, name: 'journey-reader' });
  const writer = createRedisClient({
    ...options,
    name: 'journey-writer',
    // Reads are never refused: a demoted master would answer them for good, ever more out of date. In a cluster
    // it sends them on by itself.
    onReadonly: () => void (reader instanceof Redis && reader.disconnect(true)),
  });
  return { reader, writer };
}

export function createRedisClient({ url, timeoutMs, name, onReadonly }: RedisClientOptions): RedisClient {
  const { protocol, hosts, username, password, database } = parseRedisUrl(url);
  let isLeaving = false;
  const options: RedisOptions = {
    connectionName: name,
    ...(username && { username }),
    ...(password && { password }),
    ...(protocol.tls && { tls: {} }),
    db: database,
    // Reply shapes are those that every Redis since 2.0 and every proxy gives.
    protocol: 2,
    // A command whose reply was lost is not sent again behind our back: scriptRunner.ts decides, by the step's token.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A command that timed out in a queue would still run later: a ghost. Without a connection it fails at once.
    enableOfflineQueue: false,
    connectTimeout: timeoutMs,
    // A socket that swallows commands (a stalled host, a silent firewall) is given up for a new one, but only after the
    // deadline of the command, whose error says what happened: that it was not answered in time.
    socketTimeout: timeoutMs + SOCKET_GRACE_MS,
    keepAlive: 10_000,
    retryStrategy: reconnectDelayMs,
    // After a failover the old master answers READONLY for good: only a new connection finds the new one.
    // Of all the commands in flight the first such reply does it. (A cluster's replica points at its master instead.)
    reconnectOnError: (error) => {
      if (isLeaving || !error.message.startsWith('READONLY')) return false;
      isLeaving = !protocol.cluster;
      onReadonly?.();
      return true;
    },
    maxLoadingRetryTime: 1000,
  };
  const client = protocol.cluster
    ? new Cluster([...hosts] as ClusterNode[], {
        redisOptions: options,
        // Must be said here too: the cluster has a queue of its own, which no command's timeout covers.
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectDelayMs,
        slotsRefreshTimeout: timeoutMs,
        // What may have run is not sent again behind our back, here either.
        retryDelayOnFailover: 0,
        retryDelayOnClusterDown: 0,
        // Nor is it sent to another node, whose clock the step's deadline was not meant for: scriptRunner.ts looks where
        // the slot is, and sends it anew.
        maxRedirections: 0,
        // Managed clusters announce names whose certificates hold only for them.
        ...(protocol.tls && {
          dnsLookup: (address: string, done: (error: null, address: string) => void) => done(null, address),
        }),
      })
    : new Redis({ ...options, ...hosts[0] });
  joinWrites(client);
  if (client instanceof Cluster) refreshSlotsRegularly(client);
  // Every failure reaches its caller through the command; without a listener ioredis prints each to stderr.
  client.on('error', () => undefined);
  client.on('close', () => (isLeaving = false));
  return client;
}

/**
 * Finds a failover that no MOVED reports, because the master is gone. It is not left to ioredis' slotsRefreshInterval,
 * whose timer never ends when the client is closed during a refresh.
 */
function refreshSlotsRegularly(cluster: Cluster): void {
  const timer = setInterval(() => cluster.refreshSlotsCache(), SLOTS_REFRESH_INTERVAL_MS);
  cluster.once('end', () => clearInterval(timer));
}
