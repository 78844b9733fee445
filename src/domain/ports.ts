import type { Journey, JourneyChange } from './journey';
import type { Session } from './session';

/** A session together with its newest journey, as the database knows them. */
export interface SessionRecord {
  readonly session: Session;
  /** The durable record lags behind Redis by the outbox's delay; an EN_ROUTE one says only that it once started. */
  readonly lastJourney: Journey | null;
}

export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly hasNextPage: boolean;
}

export interface SessionPageRequest {
  /** Whose sessions; a page over all of them when both are left out. */
  readonly trainerId?: string;
  readonly studentId?: string;
  readonly first: number;
  /** The last session of the page before. */
  readonly after?: { readonly scheduledAt: number; readonly id: string };
}

/**
 * The sessions of the booking system. Every method throws STORE_UNAVAILABLE (store `database`) when the
 * database does not answer: an absent entry always means that there is no such session.
 */
export interface SessionDirectory {
  /** One query however many ids; unknown ids are absent from the map. */
  findByIds(sessionIds: readonly string[]): Promise<ReadonlyMap<string, SessionRecord>>;
  /** Ascending by scheduledAt, then id. */
  page(request: SessionPageRequest): Promise<SessionPage>;
}

/** The durable records. Writing the same change twice, or an end before its start, leaves the same record. */
export interface JourneyArchive {
  /** All or none are written; throws STORE_UNAVAILABLE (store `database`) when the database does not answer. */
  record(changes: readonly JourneyChange[]): Promise<void>;
}
