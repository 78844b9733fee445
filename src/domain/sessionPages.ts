import type { Session, SessionStatus } from './session';

/**
 * Where a session stands in the order of all sessions: ascending by scheduledAt, then by id. Its time has the database's
 * microseconds, because a page that ended between two sessions of one millisecond would else repeat or skip one.
 */
export interface SessionPosition {
  /** Microseconds since the Unix epoch. */
  readonly scheduledAtMicros: bigint;
  readonly id: string;
}

/** The whole milliseconds of its time. */
export function millisecondsOf({ scheduledAtMicros }: Pick<SessionPosition, 'scheduledAtMicros'>): number {
  const microseconds = ((scheduledAtMicros % 1000n) + 1000n) % 1000n;
  return Number((scheduledAtMicros - microseconds) / 1000n);
}

/** Which sessions; a field that is left out restricts nothing, an empty list of allowed values leaves none. */
export interface SessionFilter {
  /** Inclusive, epoch ms. */
  readonly scheduledFrom?: number;
  /** Exclusive, epoch ms. */
  readonly scheduledTo?: number;
  readonly statuses?: readonly SessionStatus[];
  readonly trainerId?: string;
  /** Sessions of any of these students. */
  readonly studentIds?: readonly string[];
}

export interface SessionPageRequest {
  readonly filter?: SessionFilter;
  /** FIRST: the sessions from the beginning of the range on; LAST: those that end it. */
  readonly from?: 'FIRST' | 'LAST';
  /** How many sessions at most. */
  readonly limit: number;
  /** The range lies between these two positions, both exclusive. */
  readonly after?: SessionPosition;
  readonly before?: SessionPosition;
}

/** A page, ascending by scheduledAt, then by id. */
export interface SessionPage {
  readonly entries: readonly { readonly session: Session; readonly position: SessionPosition }[];
  /** Whether the filter leaves sessions after the page, and before it. */
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}
