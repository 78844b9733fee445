import { JourneyError } from './errors';

export type Role = 'TRAINER' | 'STUDENT' | 'OPERATOR' | 'SERVICE';

/** The caller: a verified token's `sub` and `role`. */
export interface Viewer {
  readonly id: string;
  readonly role: Role;
  /** Of a guardian, whose token is a student's: the students whose sessions it reads as they do. */
  readonly studentIds?: readonly string[];
}

/** The students whose sessions a viewer reads: a student its own, a guardian also those of its students. */
export function studentIdsOf({ id, role, studentIds = [] }: Viewer): readonly string[] {
  return role === 'STUDENT' ? [...new Set([id, ...studentIds])] : [];
}

const isStudentOrGuardian = ({ id, role, studentIds }: Viewer, studentId: string): boolean =>
  role === 'STUDENT' && (id === studentId || studentIds?.includes(studentId) === true);

export interface Participants {
  readonly trainerId: string;
  readonly studentId: string;
}

const readsEverything = (viewer: Viewer): boolean => viewer.role === 'OPERATOR' || viewer.role === 'SERVICE';

/** Operators and services read everything, a trainer and a student their own, a guardian those of its students. */
export const mayRead = (viewer: Viewer, { trainerId, studentId }: Participants): boolean =>
  readsEverything(viewer) ||
  (viewer.role === 'TRAINER' && viewer.id === trainerId) ||
  isStudentOrGuardian(viewer, studentId);

/** The same for someone else's session and for one that does not exist, so that ids can't be probed. */
export const sessionNotFound = (sessionId: string): JourneyError<'SESSION_NOT_FOUND'> =>
  new JourneyError(
    'SESSION_NOT_FOUND',
    `There is no session ${sessionId} among yours. Check the id and the account.`,
    {},
  );

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
export function requireTrainer(
  viewer: Viewer,
  sessionId: string,
  { trainerId, studentId }: Participants,
): void {
  if (viewer.role === 'TRAINER' && viewer.id === trainerId) return;
  if (viewer.id === trainerId || viewer.id === studentId || isStudentOrGuardian(viewer, studentId)) {
    throw new JourneyError('FORBIDDEN', `Only the trainer of session ${sessionId} may do this.`, {});
  }
  throw sessionNotFound(sessionId);
}
