import type { Place } from '../../src/map/geometry';
import { requireFromRoot } from './repository';
import type { Service } from './service';
import { tokenFor } from './token';

/** A booked session with users of its own, so that tests do not affect each other. */
export interface TestSession {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly home: Place;
}

interface DatabaseClient {
  connect(): Promise<void>;
  end(): Promise<void>;
}

const { Client } = requireFromRoot('pg') as {
  Client: new (options: { connectionString: string }) => DatabaseClient;
};
const { bookSessions } = requireFromRoot('./demo/bookings.ts') as {
  bookSessions(database: DatabaseClient, sessions: readonly object[]): Promise<void>;
};

/** A home in the West Loop of Chicago, in the middle of the included map. */
const HOME: Place = { latitude: 41.8827, longitude: -87.6475 };

/** A failed test ends its worker, and the next worker counts from zero again, so each worker uses a thousand numbers of its own. */
let booked = 1000 * Number(process.env['TEST_WORKER_INDEX'] ?? 0);

/** Books a session, as the booking system would. */
export async function bookSession(
  home: Place = HOME,
  scheduledAt = Date.now() + 3600_000,
): Promise<TestSession> {
  const number = String(++booked).padStart(5, '0');
  const session = {
    id: `session-${number}`,
    trainerId: `trainer-${number}`,
    studentId: `student-${number}`,
    home,
  };
  await book(session, 'CONFIRMED', scheduledAt);
  return session;
}

/** Cancels a session, as the booking system would: first its record, then a notification to the service. */
export async function cancelSession(service: Service, session: TestSession): Promise<void> {
  await book(session, 'CANCELLED');
  const token = await tokenFor('operator-1', 'operator');
  await service.ask(token, 'mutation($id: ID!) { refreshSession(sessionId: $id) { id } }', {
    id: session.id,
  });
}

async function book(
  session: TestSession,
  status: 'CONFIRMED' | 'CANCELLED',
  scheduledAt = Date.now() + 3600_000,
): Promise<void> {
  const client = new Client({ connectionString: process.env['BROWSER_TEST_DATABASE_URL'] ?? '' });
  await client.connect();
  try {
    await bookSessions(client, [{ ...session, status, scheduledAt }]);
  } finally {
    await client.end();
  }
}
