import { Pool } from 'pg';
import { asOutage } from './outage';

export interface PoolOptions {
  readonly url: string;
  /** Connections of this process at most. The sum over all processes must stay below the server's max_connections. */
  readonly size: number;
  /** Deadline of one query, its wait for a connection not counted; and of that wait. */
  readonly timeoutMs: number;
}

/** A connection pool that throws an outage as DatabaseOutage, and any other error unchanged. */
export function createPool({ url, size, timeoutMs }: PoolOptions): Pool {
  const pool = new OutageNamingPool({
    connectionString: url,
    // Shown by pg_stat_activity.
    application_name: 'journey-service',
    max: size,
    // Covers both the wait for a free connection and for a new one. Without it a call to a host that drops packets
    // would wait for ever.
    connectionTimeoutMillis: timeoutMs,
    // The client's deadline, for a server or network that has stopped answering; the connection is then closed.
    query_timeout: timeoutMs,
    // The server's deadline, so that it does not go on working for a caller that is gone.
    statement_timeout: timeoutMs,
    // A connection kept for ever would stay with an old primary, or an old address, after a failover.
    maxLifetimeSeconds: 600,
    idleTimeoutMillis: 30_000,
    // Firewalls forget silent connections without telling either end.
    keepAlive: true,
  });
  // An idle connection that breaks is replaced at the next call; without a listener its error ends the process.
  pool.on('error', () => undefined);
  return pool;
}

class OutageNamingPool extends Pool {
  // Prisma's adapter uses only the overload of node-postgres that returns a promise. It would use `connect` instead for a
  // transaction, but there is none here: each call is one statement.
  override query = (async (...args: unknown[]) => {
    try {
      return await (Pool.prototype.query as (...args: unknown[]) => Promise<unknown>).apply(this, args);
    } catch (error) {
      throw asOutage(error);
    }
  }) as Pool['query'];
}
