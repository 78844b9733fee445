import type { GeoPoint } from './geo';

export type SessionStatus = 'SCHEDULED' | 'CONFIRMED' | 'COMPLETED' | 'CANCELLED';

/** A booked session, as the booking system owns it. Times are milliseconds since the Unix epoch, here as everywhere in the domain. */
export interface Session {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly status: SessionStatus;
  readonly scheduledAt: number;
  /** Where the trainer is going: the student's home. */
  readonly home: GeoPoint;
}

/** Only such a session can start a journey. */
export const isStartable = (status: SessionStatus): boolean =>
  status === 'SCHEDULED' || status === 'CONFIRMED';
