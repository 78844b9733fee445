import type { NoteRead } from './accessLog';
import { JourneyError } from './errors';
import { requireUserId } from './identifiers';
import type { EnRouteJourney } from './journey';
import type { JourneyStore, SessionDirectory } from './ports';
import { decodeCursor, isSupportedMoment } from './sessionCursor';
import type { SessionFilter, SessionPage, SessionPageRequest } from './sessionPages';
import type { SessionStatus } from './session';
import { mayRead, readsEverything, studentIdsOf, type Viewer } from './viewer';

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 100;

/** What a viewer asks of its sessions; null and left out are the same. */
export interface SessionListRequest {
  readonly filter?: RequestedSessions | null;
  /** Only what the viewer itself gave: no default. */
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface RequestedSessions {
  readonly scheduledFrom?: number | null;
  readonly scheduledTo?: number | null;
  readonly statuses?: readonly SessionStatus[] | null;
  readonly trainerId?: string | null;
  readonly studentId?: string | null;
}

/** Lists over a viewer's sessions and journeys. */
export class SessionLists {
  constructor(
    private readonly store: JourneyStore,
    private readonly directory: SessionDirectory,
    /** For the access log. */
    private readonly onRead?: NoteRead,
  ) {}

  /** A page of the viewer's own sessions, or of all for an operator, ascending by scheduledAt. */
  async page(viewer: Viewer, { filter, ...slice }: SessionListRequest): Promise<SessionPage> {
    const request = { ...pageOf(slice), filter: filterOf(viewer, filter ?? {}) };
    if (!request.filter) return EMPTY_PAGE;
    const page = await this.directory.page({ ...request, filter: request.filter });
    for (const { session } of page.entries) this.onRead?.(viewer, session.id);
    return page;
  }

  /** The viewer's active journeys, the oldest first. */
  async activeJourneys(viewer: Viewer, trainerId: string | null): Promise<readonly EnRouteJourney[]> {
    if (trainerId !== null) requireUserId('trainerId', trainerId);
    const readsAll = readsEverything(viewer);
    if (readsAll && trainerId === null) {
      throw new JourneyError(
        'BAD_USER_INPUT',
        'trainerId is missing: an operator must say whose journeys to list.',
        {
          field: 'trainerId',
        },
      );
    }
    if (viewer.role === 'TRAINER' && trainerId !== null && trainerId !== viewer.id) return [];
    // The index holds sessions that may have an active journey; the snapshots show which ones do.
    const userIds = viewer.role === 'STUDENT' ? studentIdsOf(viewer) : [readsAll ? trainerId! : viewer.id];
    const indexed = await Promise.all(userIds.map((id) => this.store.indexed(id)));
    const sessionIds = [...new Set(indexed.flat())];
    const snapshots = await Promise.all(sessionIds.map((id) => this.store.readSnapshot(id)));
    const journeys = snapshots
      .flatMap((snapshot) =>
        snapshot.kind === 'ACTIVE' && snapshot.journey.expiresAt > snapshot.now ? [snapshot.journey] : [],
      )
      .filter(
        (journey) => mayRead(viewer, journey) && (trainerId === null || journey.trainerId === trainerId),
      )
      .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
    for (const { sessionId } of journeys) this.onRead?.(viewer, sessionId);
    return journeys;
  }
}

const EMPTY_PAGE: SessionPage = { entries: [], hasNextPage: false, hasPreviousPage: false };

function pageOf({ first, after, last, before }: Omit<SessionListRequest, 'filter'>): SessionPageRequest {
  if (first != null && last != null) {
    throw new JourneyError(
      'BAD_USER_INPUT',
      'first and last exclude each other: first gives the sessions after a cursor, last those before one.',
      { field: 'last' },
    );
  }
  requirePageSize('first', first);
  requirePageSize('last', last);
  return {
    // Without a size, a cursor alone says on which side of it the page lies.
    from: last != null || (first == null && after == null && before != null) ? 'LAST' : 'FIRST',
    limit: first ?? last ?? DEFAULT_PAGE_SIZE,
    ...(after != null && { after: decodeCursor('after', after) }),
    ...(before != null && { before: decodeCursor('before', before) }),
  };
}

/** Throws BAD_USER_INPUT for a number of items that no page may have. */
export function requirePageSize(field: 'first' | 'last', size: number | null | undefined): void {
  if (size == null || (size >= 1 && size <= MAX_PAGE_SIZE)) return;
  throw new JourneyError('BAD_USER_INPUT', `${field} is 1 to ${MAX_PAGE_SIZE}; this is ${size}.`, { field });
}

/** The filter within what the viewer may see; null: nothing can match. */
function filterOf(viewer: Viewer, requested: RequestedSessions): SessionFilter | null {
  const { scheduledFrom, scheduledTo, statuses, trainerId, studentId } = requested;
  // A guest lists nothing, though no field lets one ask.
  if (viewer.role === 'GUEST') return null;
  requireMoment('scheduledFrom', scheduledFrom);
  requireMoment('scheduledTo', scheduledTo);
  if (scheduledFrom != null && scheduledTo != null && scheduledFrom > scheduledTo) {
    throw new JourneyError(
      'BAD_USER_INPUT',
      'scheduledFrom is later than scheduledTo: a range begins with scheduledFrom, which it includes, and ends before scheduledTo.',
      { field: 'scheduledFrom' },
    );
  }
  if (trainerId != null) requireUserId('trainerId', trainerId);
  if (studentId != null) requireUserId('studentId', studentId);
  // Someone else's sessions are no error: a list never says which users there are.
  const isTrainer = viewer.role === 'TRAINER';
  const ownStudents = isTrainer || readsEverything(viewer) ? null : studentIdsOf(viewer);
  if (isTrainer && trainerId != null && trainerId !== viewer.id) return null;
  if (ownStudents && studentId != null && !ownStudents.includes(studentId)) return null;
  if (statuses?.length === 0) return null;
  const ofTrainer = isTrainer ? viewer.id : trainerId;
  const ofStudents = studentId != null ? [studentId] : ownStudents;
  return {
    ...(scheduledFrom != null && { scheduledFrom }),
    ...(scheduledTo != null && { scheduledTo }),
    ...(statuses && { statuses: [...new Set(statuses)] }),
    ...(ofTrainer != null && { trainerId: ofTrainer }),
    ...(ofStudents && { studentIds: ofStudents }),
  };
}

function requireMoment(field: string, epochMs: number | null | undefined): void {
  if (epochMs == null || isSupportedMoment(epochMs)) return;
  throw new JourneyError('BAD_USER_INPUT', `${field} lies outside the years 1 to 9999.`, { field });
}
