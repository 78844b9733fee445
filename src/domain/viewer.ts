import { JourneyError } from './errors';

export type Role = 'TRAINER' | 'STUDENT' | 'OPERATOR' | 'SERVICE';

/** Who asks: a verified token's `sub` and `role`. */
export interface Viewer {
  readonly id: string;
  readonly role: Role;
}

export interface Participants {
  readonly trainerId: string;
  readonly studentId: string;
}

const seesEverything = (viewer: Viewer): boolean => viewer.role === 'OPERATOR' || viewer.role === 'SERVICE';

/** Operators and services read everything, a trainer and a student their own. */
export const mayRead = (viewer: Viewer, { trainerId, studentId }: Participants): boolean =>
  seesEverything(viewer) ||
  (viewer.role === 'TRAINER' && viewer.id === trainerId) ||
  (viewer.role === 'STUDENT' && viewer.id === studentId);

/** Someone else's session and one that does not exist answer alike, so that ids can't be probed. */
export const sessionNotFound = (sessionId: string): JourneyError<'SESSION_NOT_FOUND'> =>
  new JourneyError(
    'SESSION_NOT_FOUND',
    `There is no session ${sessionId} among yours. Check the id and the account.`,
    {},
  );

export function requireReader(viewer: Viewer, sessionId: string, participants: Participants): void {
  if (!mayRead(viewer, participants)) throw sessionNotFound(sessionId);
}

/** Operators and services read and refresh; the acts of a journey are its trainer's. */
export function requireActor(viewer: Viewer): void {
  if (seesEverything(viewer)) {
    throw new JourneyError(
      'FORBIDDEN',
      `Only the session's trainer may do this; your role is ${viewer.role}.`,
      {},
    );
  }
}

export function requireOperator(viewer: Viewer): void {
  if (!seesEverything(viewer)) {
    throw new JourneyError(
      'FORBIDDEN',
      `Only operators and services may do this; your role is ${viewer.role}.`,
      {},
    );
  }
}

/** The session's trainer passes; another participant hears FORBIDDEN, a stranger what an unknown id hears. */
export function requireTrainer(
  viewer: Viewer,
  sessionId: string,
  { trainerId, studentId }: Participants,
): void {
  if (viewer.role === 'TRAINER' && viewer.id === trainerId) return;
  if (viewer.id === trainerId || viewer.id === studentId) {
    throw new JourneyError('FORBIDDEN', `Only the trainer of session ${sessionId} may do this.`, {});
  }
  throw sessionNotFound(sessionId);
}
