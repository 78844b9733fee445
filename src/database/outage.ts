import { DatabaseError } from 'pg';

/** PostgreSQL could not do what was asked, though nothing is wrong with what was asked: it is worth another try. */
export class DatabaseOutage extends Error {
  override readonly name = 'DatabaseOutage';
}

/**
 * The SQLSTATEs by which PostgreSQL itself reports an outage; an entry of two characters is a whole class.
 * Every other one (an unknown column, a broken constraint) is an internal error and must be reported as one.
 */
const OUTAGE_STATES = [
  '08', // connection exception
  '25006', // read only: we still talk to the old primary after a failover
  '28', // password or role refused, as while a secret is being rotated
  '3D000', // the database is not there (yet)
  '40001', // serialization failure
  '40P01', // deadlock: someone else's transaction won
  '53', // out of connections, memory or disk
  '55P03', // a lock was not available in time
  '57014', // cancelled: the statement timeout
  '57P', // shutting down, starting up, crashed, dropped
  '58', // system error: its disk failed
];

/**
 * Turns what node-postgres threw into a DatabaseOutage if it is one. Everything that is not PostgreSQL's own reply comes
 * from the connection (refused, reset, timed out, closed; node-postgres has no codes for most of these): an outage.
 */
export function asOutage(error: unknown): unknown {
  if (error instanceof DatabaseError) {
    const { code = '' } = error;
    if (!OUTAGE_STATES.some((state) => code.startsWith(state))) return error;
    return new DatabaseOutage(`PostgreSQL answered ${code}`, { cause: error });
  }
  // A parameter that can't be written as PostgreSQL wants it.
  if (error instanceof TypeError || error instanceof RangeError) return error;
  return new DatabaseOutage('No answer from PostgreSQL', { cause: error });
}
