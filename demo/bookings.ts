import type { ClientBase, Pool } from 'pg';
import type { Session } from '../src/domain/session';

/**
 * The booking system's part, which the demo and the tests play: adds the sessions that are new and changes those
 * that are known. One statement for any number of them.
 */
export async function bookSessions(database: ClientBase | Pool, sessions: readonly Session[]): Promise<void> {
  const column = <Value>(of: (session: Session) => Value): Value[] => sessions.map(of);
  await database.query(
    `INSERT INTO session (id, trainer_id, student_id, status, scheduled_at, home_latitude, home_longitude)
     SELECT id, trainer_id, student_id, status::session_status, scheduled_at, latitude, longitude
     FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::float8[], $7::float8[])
       AS booked (id, trainer_id, student_id, status, scheduled_at, latitude, longitude)
     ON CONFLICT (id) DO UPDATE SET
       trainer_id = excluded.trainer_id, student_id = excluded.student_id, status = excluded.status,
       scheduled_at = excluded.scheduled_at,
       home_latitude = excluded.home_latitude, home_longitude = excluded.home_longitude`,
    [
      column(({ id }) => id),
      column(({ trainerId }) => trainerId),
      column(({ studentId }) => studentId),
      column(({ status }) => status),
      column(({ scheduledAt }) => new Date(scheduledAt)),
      column(({ home }) => home.latitude),
      column(({ home }) => home.longitude),
    ],
  );
}
