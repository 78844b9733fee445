import type { NoteRead } from './accessLog';
import { JourneyError } from './errors';
import { requireId } from './identifiers';
import type { EndedJourney, EnRouteJourney } from './journey';
import { requirePageSize } from './sessionLists';
import type { ActiveJourneyPage, ActiveJourneyPages, ActiveJourneyPosition, JourneyStore } from './ports';
import type { SessionAccess } from './sessionAccess';
import { requireOperator, type Viewer } from './viewer';

export const DEFAULT_FLEET_PAGE_SIZE = 50;

export interface FleetOptions {
  readonly store: JourneyStore;
  readonly active: ActiveJourneyPages;
  readonly access: SessionAccess;
  /** Called after a journey ended, so that its event is delivered at once instead of at the next sweep. */
  readonly onChange: (sessionId: string) => void;
  /** For the access log. */
  readonly onRead?: NoteRead;
}

/** What operators and services see of all journeys, and do with them. */
export class Fleet {
  constructor(private readonly options: FleetOptions) {}

  /** A page of all active journeys. */
  async page(
    viewer: Viewer,
    { first, after }: { readonly first?: number | null; readonly after?: string | null },
  ): Promise<ActiveJourneyPage> {
    requireOperator(viewer);
    requirePageSize('first', first);
    const { active, onRead } = this.options;
    const position = after == null ? null : decodeFleetCursor(after);
    const page = await active.page(first ?? DEFAULT_FLEET_PAGE_SIZE, position);
    for (const { sessionId } of page.journeys) onRead?.(viewer, sessionId);
    return page;
  }

  /** Ends any active journey as CANCELLED. Without the database, too: an active journey needs none. */
  async cancel(viewer: Viewer, sessionId: string): Promise<EndedJourney> {
    requireId('sessionId', sessionId);
    const { access, store, onChange, onRead } = this.options;
    await access.requireOperatorRole(viewer, sessionId);
    const outcome = await store.cancel(sessionId);
    switch (outcome.kind) {
      case 'FINISHED':
        onChange(sessionId);
        onRead?.(viewer, sessionId);
        return outcome.journey;
      case 'ENDED': {
        const { state, endedAt } = outcome.journey;
        throw new JourneyError(
          'JOURNEY_ENDED',
          `The journey of session ${sessionId} ended as ${state} before it could be cancelled.`,
          { state, endedAt: new Date(endedAt).toISOString() },
        );
      }
      case 'NOT_ACTIVE':
        // Whether there is such a session at all.
        if (!outcome.participants) await access.participants(viewer, sessionId);
        throw new JourneyError(
          'JOURNEY_NOT_ACTIVE',
          `No journey of session ${sessionId} is active, so there is none to cancel.`,
          {},
        );
    }
  }
}

export const encodeFleetCursor = ({ expiresAt, sessionId }: EnRouteJourney): string =>
  Buffer.from(`${expiresAt} ${sessionId}`).toString('base64url');

const FLEET_CURSOR = /^(\d{1,15}) ([A-Za-z0-9_\-.:]{1,64})$/;

function decodeFleetCursor(cursor: string): ActiveJourneyPosition {
  const [, expiresAt, sessionId] = FLEET_CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (expiresAt === undefined || sessionId === undefined) {
    throw new JourneyError(
      'BAD_USER_INPUT',
      'after is not a cursor of journeys: pass the endCursor of the page before.',
      { field: 'after' },
    );
  }
  return { expiresAt: Number(expiresAt), sessionId };
}
