/** Where the stores are and how to speak to them, taken from REDIS_URL. */
export interface RedisUrl {
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
