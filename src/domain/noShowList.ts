import type { NoteRead } from './accessLog';
import { JourneyError } from './errors';
import type { NoShowIndex, ScheduledSession } from './noShows';
import type { SessionDirectory, SessionRecord } from './ports';
import { isStartable, type Session } from './session';
import { requirePageSize } from './sessionLists';
import { requireOperator, type Viewer } from './viewer';

export const DEFAULT_NO_SHOW_PAGE_SIZE = 50;

export interface NoShowListOptions {
  readonly index: NoShowIndex;
  readonly directory: SessionDirectory;
  /** For the access log. */
  readonly onRead?: NoteRead;
}

export interface NoShowPage {
  readonly sessions: readonly Session[];
  readonly hasNextPage: boolean;
  /** Of the last session that was looked at, which need not be one of the page; null: none was. */
  readonly endCursor: string | null;
}

/** The sessions for which NO_SHOW is raised, for operators and services. */
export class NoShowList {
  constructor(private readonly options: NoShowListOptions) {}

  /**
   * A page, however many sessions wait for their start: one read of the live store's index and one of the database. It is
   * shorter where a booking has been cancelled, completed or moved since.
   */
  async page(
    viewer: Viewer,
    { first, after }: { readonly first?: number | null; readonly after?: string | null },
  ): Promise<NoShowPage> {
    requireOperator(viewer);
    requirePageSize('first', first);
    const { index, directory, onRead } = this.options;
    const limit = first ?? DEFAULT_NO_SHOW_PAGE_SIZE;
    // One more than requested shows whether there is a further page.
    const raised = await index.raised(limit + 1, after == null ? null : decodeNoShowCursor(after));
    const page = raised.slice(0, limit);
    const records = await directory.findByIds(page.map(({ id }) => id));
    const sessions = page.flatMap((entry) => stillMissed(entry, records.get(entry.id)));
    for (const { id } of sessions) onRead?.(viewer, id);
    const last = page.at(-1);
    return {
      sessions,
      hasNextPage: raised.length > limit,
      endCursor: last ? encodeNoShowCursor(last) : null,
    };
  }
}

/** What a poll of the session says too. The durable record knows a start by a process that does not keep the index. */
function stillMissed({ scheduledAt }: ScheduledSession, record: SessionRecord | undefined): Session[] {
  if (!record) return [];
  const { session, lastJourney } = record;
  const isAttended =
    lastJourney?.state === 'ARRIVED' ||
    (lastJourney?.state === 'EN_ROUTE' && lastJourney.expiresAt > Date.now());
  return session.scheduledAt === scheduledAt && isStartable(session.status) && !isAttended ? [session] : [];
}

export const encodeNoShowCursor = ({ scheduledAt, id }: ScheduledSession): string =>
  Buffer.from(`${scheduledAt} ${id}`).toString('base64url');

const NO_SHOW_CURSOR = /^(-?\d{1,15}) ([A-Za-z0-9_\-.:]{1,64})$/;

function decodeNoShowCursor(cursor: string): ScheduledSession {
  const [, scheduledAt, id] = NO_SHOW_CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (scheduledAt === undefined || id === undefined) {
    throw new JourneyError(
      'BAD_USER_INPUT',
      'after is not a cursor of noShows: pass the endCursor of the page before.',
      { field: 'after' },
    );
  }
  return { scheduledAt: Number(scheduledAt), id };
}
