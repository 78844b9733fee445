import { randomBytes } from 'node:crypto';
import type { Place } from '../../src/map/geometry';
import { requireFromRoot } from './repository';
import type { Service } from './service';
import { tokenFor } from './token';

interface DatabaseClient {
  connect(): Promise<void>;
  query(text: string, values: readonly unknown[]): Promise<unknown>;
  end(): Promise<void>;
}

/** A booked session with people of its own, so that no story meets another's. */
export interface TestSession {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly home: Place;
}

/** In the West Loop of Chicago: the middle of the map that ships. */
const HOME: Place = { latitude: 41.8827, longitude: -87.6475 };

/** As the booking system would write it. */
export async function bookSession(home: Place = HOME): Promise<TestSession> {
  const mark = randomBytes(4).toString('hex');
  const session = { id: `session-${mark}`, trainerId: `trainer-${mark}`, studentId: `student-${mark}`, home };
  const { id, trainerId, studentId } = session;
  await write(
    `INSERT INTO session (id, trainer_id, student_id, status, scheduled_at, home_latitude, home_longitude)
     VALUES ($1, $2, $3, 'CONFIRMED', $4, $5, $6)`,
    [id, trainerId, studentId, new Date(Date.now() + 3600_000), home.latitude, home.longitude],
  );
  return session;
}

/** As the booking system would do it: its own record first, then a word to the service. */
export async function cancelSession(service: Service, { id }: TestSession): Promise<void> {
  await write(`UPDATE session SET status = 'CANCELLED' WHERE id = $1`, [id]);
  await service.ask(tokenFor('operator-1', 'operator'), 'mutation($id: ID!) { refreshSession(sessionId: $id) { id } }', { id });
}

async function write(text: string, values: readonly unknown[]): Promise<void> {
  const { Client } = requireFromRoot('pg') as {
    Client: new (options: { connectionString: string }) => DatabaseClient;
  };
  const client = new Client({ connectionString: process.env['BROWSER_TEST_DATABASE_URL'] ?? '' });
  await client.connect();
  try {
    await client.query(text, values);
  } finally {
    await client.end();
  }
}
