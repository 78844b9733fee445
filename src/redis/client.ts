import { Cluster, Redis, type ClusterNode, type ClusterOptions, type RedisOptions } from 'ioredis';

import { loadScripts } from './scripts';

export type RedisClient = Redis | Cluster;

export interface RedisClientOptions {
  /** `redis://…`, `rediss://…`, or `redis-cluster://host:port,host:port` (`rediss-cluster://` with TLS). */
  readonly url: string;
  /** Deadline of one command. */
  readonly timeoutMs: number;
  /** Shown by CLIENT LIST. */
  readonly name: string;
  /**
   * Joins the commands of one tick into one write. For reads alone: in a cluster one MOVED fails the whole
   * batch, and a write that fails so would be unknown instead of refused.
   */
  readonly autoPipelining?: boolean;
}

/** Between attempts to connect: short, so that the service is back within 2 s of Redis. */
const reconnectDelayMs = (attempt: number): number => Math.min(50 * 2 ** (attempt - 1), 400) + Math.random() * 100;

/** After a failover the old master answers READONLY for good: only a new connection finds the new one. */
const reconnectOnReadonly = (error: Error): boolean => error.message.startsWith('READONLY');

export function createRedisClient({ url, timeoutMs, name, autoPipelining = false }: RedisClientOptions): RedisClient {
  const { protocol, hosts, username, password, database } = parseRedisUrl(url);
  const options: RedisOptions = {
    connectionName: name,
    ...(username && { username }),
    ...(password && { password }),
    ...(protocol.tls && { tls: {} }),
    db: database,
    // Reply shapes are those that every Redis since 2.0 and every proxy gives.
    protocol: 2,
    // A command whose reply was lost is not sent again behind our back: `steps.ts` decides, by the step's token.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // A command that timed out in a queue would still run later: a ghost. Without a connection it fails at once.
    enableOfflineQueue: false,
    connectTimeout: timeoutMs,
    // A socket that swallows commands (a stalled host, a silent firewall) is given up for a new one.
    socketTimeout: timeoutMs,
    keepAlive: 10_000,
    retryStrategy: reconnectDelayMs,
    reconnectOnError: reconnectOnReadonly,
    maxLoadingRetryTime: 1000,
    enableAutoPipelining: autoPipelining,
    scripts: loadScripts(),
  };
  const client = protocol.cluster
    ? new Cluster([...hosts] as ClusterNode[], {
        redisOptions: options,
        scripts: loadScripts(),
        enableAutoPipelining: autoPipelining,
        // Must be said here too: the cluster has a queue of its own, which no command's timeout covers.
        enableOfflineQueue: false,
        clusterRetryStrategy: reconnectDelayMs,
        slotsRefreshTimeout: timeoutMs,
        // A failover that no MOVED tells of (the master is gone) is found by asking.
        slotsRefreshInterval: 1000,
        retryDelayOnFailover: 100,
        retryDelayOnClusterDown: 100,
        retryDelayOnTryAgain: 50,
        // Managed clusters announce names whose certificates hold only for them.
        ...(protocol.tls && { dnsLookup: (address: string, done: (error: null, address: string) => void) => done(null, address) }),
      } as ClusterOptions)
    : new Redis({ ...options, ...hosts[0] });
  // Every failure reaches its caller through the command; without a listener ioredis prints each to stderr.
  client.on('error', () => undefined);
  return client;
}

interface RedisUrl {
  readonly protocol: { readonly cluster: boolean; readonly tls: boolean };
  readonly hosts: readonly ({ host: string; port: number } | { path: string })[];
  readonly username: string;
  readonly password: string;
  readonly database: number;
}

/** Throws with a message that names what is wrong but never the URL, which may hold a password. */
export function parseRedisUrl(text: string): RedisUrl {
  const match = /^(rediss?)(-cluster)?:\/\/(?:([^@/]*)@)?([^/?]*)(\/[^?]*)?$/.exec(text);
  if (!match) throw new Error('must look like redis://host:6379 or redis-cluster://host:6379,host:6380');
  const [, scheme, cluster, credentials = '', authority = '', path = ''] = match;
  const [username = '', password = ''] = credentials.includes(':')
    ? [credentials.slice(0, credentials.indexOf(':')), credentials.slice(credentials.indexOf(':') + 1)]
    : ['', credentials];
  const protocol = { cluster: cluster !== undefined, tls: scheme === 'rediss' };
  const base = { protocol, username: decodeURIComponent(username), password: decodeURIComponent(password) };
  if (authority === '') {
    if (protocol.cluster || !path) throw new Error('must name a host');
    return { ...base, hosts: [{ path }], database: 0 };
  }
  const hosts = authority.split(',').map((host) => {
    const parts = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host);
    const port = Number(parts?.[2] ?? 6379);
    if (!parts || port < 1 || port > 65535) throw new Error('must name each host as host:port');
    return { host: parts[1]!.replace(/^\[|\]$/g, ''), port };
  });
  if (!protocol.cluster && hosts.length > 1) throw new Error('names several hosts: use redis-cluster://');
  const database = path.length > 1 ? Number(path.slice(1)) : 0;
  if (!Number.isInteger(database) || (protocol.cluster && database !== 0)) {
    throw new Error('must end with a database number, and a cluster has database 0 alone');
  }
  return { ...base, hosts, database };
}
