import { DatabaseError } from 'pg';

/** PostgreSQL could not run a valid statement, so a retry may succeed. */
export class DatabaseOutage extends Error {
  override readonly name = 'DatabaseOutage';
}

/**
 * The SQLSTATEs by which PostgreSQL itself reports an outage; an entry is a prefix, and two characters are a whole class.
 * Every other one (an unknown column, a violated constraint) is an internal error and must be reported as one.
 */
const OUTAGE_STATES = [
  '08', // connection exception
  '25006', // read only: we still talk to the old primary after a failover
  '28', // password or role refused, as while a secret is being rotated
  '3D000', // the database does not exist (yet)
  '40001', // serialization failure
  '40P01', // deadlock: another transaction won
  '53', // out of connections, memory or disk
  '55P03', // a lock was not available in time
  '57014', // cancelled: the statement timeout
  '57P', // shutting down, starting up, crashed, dropped
  '58', // system error: its disk failed
];

/**
 * Turns an error of node-postgres into a DatabaseOutage if it is one. An error that is not PostgreSQL's own reply comes
 * from the connection (refused, reset, timed out, closed; node-postgres has no codes for most of these), so it is one.
 */
export function asOutage(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    if (!OUTAGE_STATES.some((state) => code.startsWith(state))) return error;
    return new DatabaseOutage(`PostgreSQL answered ${code}`, { cause: error });
  }
  // A parameter that node-postgres can't encode for PostgreSQL is an internal error.
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new DatabaseOutage('No answer from PostgreSQL', { cause: error });
}
