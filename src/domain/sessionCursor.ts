import { JourneyError } from './errors';
import { millisecondsOf, type SessionPosition } from './sessionPages';

/** The years 1 to 9999, which PostgreSQL and Date both support. No input may pass an earlier or later time to either. */
const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

export const isSupportedMoment = (epochMs: number): boolean =>
  epochMs >= FIRST_MOMENT && epochMs <= LAST_MOMENT;

/**
 * The time in milliseconds, with its microseconds only where there are any: such a cursor is the same as a release gave
 * that knew none, so cursors that apps hold stay valid, and processes of both releases take each other's.
 */
export function encodeCursor(position: SessionPosition): string {
  const milliseconds = millisecondsOf(position);
  const microseconds = position.scheduledAtMicros - BigInt(milliseconds) * 1000n;
  const fraction = microseconds === 0n ? '' : `.${String(microseconds).padStart(3, '0')}`;
  return Buffer.from(`${milliseconds}${fraction} ${position.id}`).toString('base64url');
}

/** The id in a cursor is the booking system's, which may lie outside this service's alphabet. PostgreSQL's texts can't hold NUL. */
const CURSOR = /^(-?\d{1,15})(?:\.(\d{3}))? ([^]+)$/;

/** @throws BAD_USER_INPUT for a text that is not a cursor; `field` is the argument that held it. */
export function decodeCursor(field: 'after' | 'before', cursor: string): SessionPosition {
  const [, milliseconds = '', microseconds = '0', id = ''] =
    CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (milliseconds === '' || !isSupportedMoment(Number(milliseconds)) || id.includes('\0')) {
    const source =
      field === 'after' ? 'the endCursor of the page before' : 'the startCursor of the page after';
    throw new JourneyError('BAD_USER_INPUT', `${field} is not a cursor of sessions: pass ${source}.`, {
      field,
    });
  }
  return { scheduledAtMicros: BigInt(milliseconds) * 1000n + BigInt(microseconds), id };
}
