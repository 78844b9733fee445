import { JourneyError } from './errors';
import { requireUserId } from './identifiers';
import type { EnRouteJourney } from './journey';
import type { JourneyStore, SessionDirectory, SessionPage } from './ports';
import type { Session } from './session';
import { mayRead, studentIdsOf, type Viewer } from './viewer';

export const MAX_PAGE_SIZE = 100;

/** The years 1 to 9999, which PostgreSQL and Date both support. A forged cursor must not pass a later or earlier time to either. */
const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

/** Lists over a viewer's sessions and journeys. */
export class SessionLists {
  constructor(
    private readonly store: JourneyStore,
    private readonly directory: SessionDirectory,
  ) {}

  /** The viewer's own sessions, or all for an operator, ascending by scheduledAt. */
  async page(viewer: Viewer, first: number, after: string | null): Promise<SessionPage> {
    if (first < 1 || first > MAX_PAGE_SIZE) {
      throw new JourneyError('BAD_USER_INPUT', `first is 1 to ${MAX_PAGE_SIZE}.`, { field: 'first' });
    }
    return this.directory.page({
      ...(viewer.role === 'TRAINER' && { trainerId: viewer.id }),
      ...(viewer.role === 'STUDENT' && { studentId: viewer.id }),
      first,
      ...(after !== null && { after: decodeCursor(after) }),
    });
  }

  /** The viewer's active journeys, the oldest first. */
  async activeJourneys(viewer: Viewer, trainerId: string | null): Promise<readonly EnRouteJourney[]> {
    if (trainerId !== null) requireUserId('trainerId', trainerId);
    const readsAll = viewer.role === 'OPERATOR' || viewer.role === 'SERVICE';
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
    return snapshots
      .flatMap((snapshot) =>
        snapshot.kind === 'ACTIVE' && snapshot.journey.expiresAt > snapshot.now ? [snapshot.journey] : [],
      )
      .filter(
        (journey) => mayRead(viewer, journey) && (trainerId === null || journey.trainerId === trainerId),
      )
      .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1));
  }
}

export const encodeCursor = (session: Session): string =>
  Buffer.from(`${session.scheduledAt} ${session.id}`).toString('base64url');

/** The id in a cursor is the booking system's, which may lie outside this service's alphabet. PostgreSQL's texts can't hold NUL. */
const CURSOR = /^(-?\d{1,15}) ([^]+)$/;

function decodeCursor(cursor: string): { scheduledAt: number; id: string } {
  const [, scheduledAt = '', id = ''] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const isMoment =
    scheduledAt !== '' && Number(scheduledAt) >= FIRST_MOMENT && Number(scheduledAt) <= LAST_MOMENT;
  if (!isMoment || id.includes('\0')) {
    throw new JourneyError(
      'BAD_USER_INPUT',
      'after is not a cursor: pass the endCursor of the page before.',
      {
        field: 'after',
      },
    );
  }
  return { scheduledAt: Number(scheduledAt), id };
}
