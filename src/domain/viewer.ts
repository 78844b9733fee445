import { JourneyError } from './errors';

export type Role = 'TRAINER' | 'STUDENT' | 'OPERATOR' | 'SERVICE' | 'GUEST';

/** A verified token's `sub` and `role`. */
export interface User {
  readonly id: string;
  readonly role: Exclude<Role, 'GUEST'>;
  /** Of a guardian, whose token is a student's: the students whose sessions it reads as they do. */
  readonly studentIds?: readonly string[];
}

/** Somebody with a share instead of a login. Whether the share exists is only known once it was read from the store. */
export interface Guest {
  /** It belongs to no user. */
  readonly id: 'guest';
  readonly role: 'GUEST';
  readonly sessionId: string;
  /** SHA-256 of the share's secret. */
  readonly secretHash: string;
}

/** The caller. */
export type Viewer = User | Guest;

/** The students whose sessions a viewer reads: a student its own, a guardian also those of its students. */
export function studentIdsOf(viewer: Viewer): readonly string[] {
  return viewer.role === 'STUDENT' ? [...new Set([viewer.id, ...(viewer.studentIds ?? [])])] : [];
}

const isStudentOrGuardian = (viewer: Viewer, studentId: string): boolean =>
  viewer.role === 'STUDENT' && (viewer.id === studentId || viewer.studentIds?.includes(studentId) === true);

export interface Participants {
  readonly trainerId: string;
  readonly studentId: string;
}

/** Whether the viewer reads what is not its own. Such reads are logged. */
export const readsEverything = (viewer: Viewer): boolean =>
  viewer.role === 'OPERATOR' || viewer.role === 'SERVICE';

/** Operators and services read everything, a trainer and a student their own, a guardian those of its students; a guest nothing (see Guests). */
export const mayRead = (viewer: Viewer, { trainerId, studentId }: Participants): boolean =>
  readsEverything(viewer) ||
  (viewer.role === 'TRAINER' && viewer.id === trainerId) ||
  isStudentOrGuardian(viewer, studentId);

/**
 * Whether the id is a participant's, though perhaps in the other role: one person may be a trainer and a student. For acts
 * this is a participant in the wrong role; what somebody reads depends on id and role together.
 */
export const takesPart = (viewer: Viewer, { trainerId, studentId }: Participants): boolean =>
  viewer.id === trainerId || viewer.id === studentId || isStudentOrGuardian(viewer, studentId);

/** Whoever waits for the trainer may not see where the journey began, and need not know of corrections. */
export const seesWholeWay = (viewer: Viewer): boolean => viewer.role === 'TRAINER' || readsEverything(viewer);

/** The same for someone else's session and for one that does not exist, so that ids can't be probed. */
export const sessionNotFound = (sessionId: string): JourneyError<'SESSION_NOT_FOUND'> =>
  new JourneyError(
    'SESSION_NOT_FOUND',
    `There is no session ${sessionId} among yours. Check the id and the account.`,
    {},
  );

/** Whoever reads a session as its student does, and operators and services, pass. */
export function requireSharer(viewer: Viewer, sessionId: string, { studentId }: Participants): void {
  if (readsEverything(viewer) || isStudentOrGuardian(viewer, studentId)) return;
  throw new JourneyError(
    'FORBIDDEN',
    `Only the student of session ${sessionId}, its guardians and operators may share it; your role is ${viewer.role}.`,
    {},
  );
}

export function requireOperator(viewer: Viewer): void {
  if (!readsEverything(viewer)) {
    throw new JourneyError(
      'FORBIDDEN',
      `Only operators and services may do this; your role is ${viewer.role}.`,
      {},
    );
  }
}

/** The session's trainer passes; another participant gets FORBIDDEN, anyone else what an unknown id gets. */
export function requireTrainer(viewer: Viewer, sessionId: string, participants: Participants): void {
  if (viewer.role === 'TRAINER' && viewer.id === participants.trainerId) return;
  if (takesPart(viewer, participants)) {
    throw new JourneyError('FORBIDDEN', `Only the trainer of session ${sessionId} may do this.`, {});
  }
  throw sessionNotFound(sessionId);
}
