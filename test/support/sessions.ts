import { Client } from 'pg';
import { bookSessions as book } from '../../demo/bookings';
import type { Session } from '../../src/domain/session';

/** A session for tests. A test overrides the fields that matter to it. */
export const aSession = (fields: Partial<Session> & Pick<Session, 'id'>): Session => ({
  trainerId: 'trainer-1',
  studentId: 'student-1',
  status: 'CONFIRMED',
  scheduledAt: Date.parse('2026-03-01T10:00:00.123Z'),
  home: { latitude: 41.88, longitude: -87.63 },
  ...fields,
});

/** Adds new sessions and changes known ones, as the booking system would. */
export async function bookSessions(databaseUrl: string, ...sessions: readonly Session[]): Promise<void> {
  await withClient(databaseUrl, (client) => book(client, sessions));
}

/** Deletes a session, as the booking system would. */
export async function unbookSession(databaseUrl: string, id: string): Promise<void> {
  await withClient(databaseUrl, (client) => client.query('DELETE FROM session WHERE id = $1', [id]));
}

async function withClient(url: string, work: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
