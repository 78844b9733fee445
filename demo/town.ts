import type { Pool } from 'pg';
import type { Session } from '../src/domain/session';
import { bookSessions } from './bookings';
import type { Streets } from './drive/streets';
import type { Assignment } from './drive/trainer';
import { sessionName, studentName, trainerName } from './names';
import { exampleSessions } from './sessions';

/** How many sessions wait for the trainer whom nobody simulates. */
const SPARE_SESSIONS = 3;
const HALF_AN_HOUR_MS = 1_800_000;

/**
 * Who has which session in the demo. Each simulated trainer has one at a time, always with the same student, and
 * gets a new one when it asks, as the booking system would book it. One more trainer is for whoever tries the API by hand.
 */
export class Town {
  private readonly current: Map<string, Session>;
  private readonly spare: readonly Session[];
  private booked: number;

  constructor(
    private readonly pool: Pool,
    private readonly streets: Streets,
    trainers: number,
  ) {
    const sessions = exampleSessions(trainers + SPARE_SESSIONS, Date.now());
    this.current = new Map(sessions.slice(0, trainers).map((session) => [session.trainerId, session]));
    const trainerId = trainerName(trainers + 1);
    const studentId = studentName(trainers + 1);
    this.spare = sessions.slice(trainers).map((session) => ({ ...session, trainerId, studentId }));
    this.booked = sessions.length;
  }

  async bookFirst(): Promise<void> {
    await bookSessions(this.pool, [...this.driven(), ...this.spare]);
  }

  /** The sessions that simulated trainers drive to now, one of each. */
  driven(): Session[] {
    return [...this.current.values()];
  }

  /** The sessions that nobody drives to. */
  undriven(): readonly Session[] {
    return this.spare;
  }

  /** A trainer's first session, then a new one each time: an arrival is final. */
  assignmentsOf(trainerId: string): () => Promise<Assignment> {
    let isFirst = true;
    return async () => {
      if (!isFirst) await this.bookNext(trainerId);
      isFirst = false;
      const { id, home } = this.current.get(trainerId)!;
      return { sessionId: id, home };
    };
  }

  private async bookNext(trainerId: string): Promise<void> {
    const number = ++this.booked;
    const [home] = this.streets.homes(1, `home of ${number}`);
    const session: Session = {
      ...this.current.get(trainerId)!,
      id: sessionName(number),
      scheduledAt: Date.now() + HALF_AN_HOUR_MS,
      home: home!,
    };
    await bookSessions(this.pool, [session]);
    this.current.set(trainerId, session);
  }
}
