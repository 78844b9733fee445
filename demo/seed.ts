import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { bookSessions } from './bookings';
import { runProgram, UsageError, wholeNumber } from './commandLine';
import { exampleSessions } from './sessions';

const MAX_SESSIONS = 1_000_000;
/** A statement with all of a million sessions would be some 100 MB. */
const BATCH_SIZE = 10_000;

/** A SQLSTATE of PostgreSQL. */
const UNDEFINED_TABLE = '42P01';

/** Fills DATABASE_URL with sessions to try things on; run again, it sets the same sessions anew. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { sessions: { type: 'string' } } });
  if (!values.sessions) throw new UsageError('npm run seed -- --sessions N');
  const count = wholeNumber('--sessions', values.sessions, 1, MAX_SESSIONS);
  const url = process.env['DATABASE_URL'];
  if (!url) throw new UsageError('DATABASE_URL is not set (postgres://user:password@host:5432/database)');

  const sessions = exampleSessions(count, Date.now());
  const client = new Client({ connectionString: url });
  await client.connect().catch((error: Error) => {
    throw new UsageError(`The database can't be reached: ${error.message}`);
  });
  try {
    for (let from = 0; from < count; from += BATCH_SIZE) {
      await bookSessions(client, sessions.slice(from, from + BATCH_SIZE));
    }
  } catch (error) {
    if ((error as { code?: unknown }).code !== UNDEFINED_TABLE) throw error;
    throw new UsageError('The database has no table for sessions: `npm run migrate` first');
  } finally {
    await client.end();
  }
  console.log(`${count} sessions, ${sessions[0]!.id} to ${sessions.at(-1)!.id}, are in the database.`);
}

runProgram(main);
