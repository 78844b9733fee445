import DataLoader from 'dataloader';

import { JourneyError } from './errors';
import { FallbackCache } from './fallbackCache';
import type { EnRouteJourney } from './journey';
import { asEnded, type InactiveSession, type SessionView } from './liveLocation';
import type { JourneyStore, SessionDirectory, SessionRecord } from './ports';
import type { Session } from './session';
import type { CachedSession, SessionSnapshot } from './snapshot';

/** Outside a journey the database is read at most once per session in this time. */
const FRESH_MS = 60_000;
/** Ids in one query. */
const MAX_BATCH = 500;

export interface BookingRead {
  /** null: there is no such session. */
  readonly record: SessionRecord | null;
  /** When the read began, by the live store's clock: a later read knows at least as much. */
  readonly readAt: number;
}

interface CompletionRequest {
  readonly cached: CachedSession | null;
  /** The live store's clock. */
  readonly now: number;
  /** Whether the caller knows how the session's journey ended, and so can do without the session. */
  readonly isOutcomeKnown: boolean;
  /** Only what was read from the database after this time counts. */
  readonly readAfter?: number;
}

/** Sessions as a poll sees them: from the live store, and from the database only when the live store lacks something. */
export class Sessions {
  /** Batches concurrent reads into one query. */
  private readonly reads: DataLoader<string, SessionRecord | null>;
  /** Refills in progress: whoever needs the same session meanwhile waits for the same refill. */
  private readonly refills = new Map<string, Promise<SessionRecord | null>>();
  private readonly fallback = new FallbackCache(FRESH_MS);

  constructor(
    private readonly store: JourneyStore,
    private readonly directory: SessionDirectory,
  ) {
    this.reads = new DataLoader(
      async (ids) => {
        const records = await directory.findByIds(ids);
        return ids.map((id) => records.get(id) ?? null);
      },
      { maxBatchSize: MAX_BATCH, cache: false },
    );
  }

  /** The session now; null when there is none of this id. */
  view(sessionId: string, trailAfter: number | null = null): Promise<SessionView | null> {
    return this.store
      .readSnapshot(sessionId, false, trailAfter)
      .then((snapshot) => this.viewOf(sessionId, snapshot));
  }

  /** The session as this snapshot of it shows it, completed. */
  viewOf(sessionId: string, snapshot: SessionSnapshot): SessionView | Promise<SessionView | null> {
    return snapshot.kind === 'ACTIVE' && !asEnded(snapshot.journey, snapshot.now)
      ? snapshot
      : this.inactiveView(sessionId, snapshot);
  }

  private async inactiveView(sessionId: string, snapshot: SessionSnapshot): Promise<SessionView | null> {
    const { now } = snapshot;
    if (snapshot.kind === 'ACTIVE') {
      // Past its deadline, and the watchdog has not ended it yet: it is returned as it will be stored. The snapshot of an
      // active journey lacks the cached session, so it is read now.
      const { cached } = await this.store.readSnapshot(sessionId, true);
      const completed = await this.complete(sessionId, { cached, now, isOutcomeKnown: true });
      return inactive(now, completed, asEnded(snapshot.journey, now));
    }
    const { ended } = snapshot;
    const isOutcomeKnown = ended !== null;
    const cached = await this.complete(sessionId, { cached: snapshot.cached, now, isOutcomeKnown });
    const last = ended ?? (cached?.session ? asEnded(cached.lastJourney, now) : null);
    if (!cached?.session && !last) return null;
    return { ...inactive(now, cached, last), noShowAt: snapshot.noShowAt };
  }

  /** The session itself; null when there is none of this id. */
  async find(sessionId: string): Promise<Session | null> {
    const snapshot = await this.store.readSnapshot(sessionId, true);
    if (snapshot.kind === 'ACTIVE' && snapshot.cached?.session) return snapshot.cached.session;
    const { cached, now } = snapshot;
    return (await this.complete(sessionId, { cached, now, isOutcomeKnown: false }))?.session ?? null;
  }

  /**
   * The session as it is booked now, while a journey of somebody else is active: as if there were no journey. What the
   * start of the journey cached is from before the booking could change, so it serves only while the database is unavailable.
   */
  async duringOthersJourney(sessionId: string, { startedAt }: EnRouteJourney): Promise<InactiveSession> {
    const { cached, now } = await this.store.readSnapshot(sessionId, true);
    const request = { cached, now, isOutcomeKnown: true, readAfter: startedAt };
    return inactive(now, await this.complete(sessionId, request), null);
  }

  /** The session as the database has it now. For decisions that must not rely on a cache. */
  async readThrough(sessionId: string): Promise<BookingRead> {
    const { now } = await this.store.readSnapshot(sessionId);
    const records = await this.directory.findByIds([sessionId]);
    return { record: records.get(sessionId) ?? null, readAt: now };
  }

  /**
   * Refills the cache when it is empty or old; an old entry still serves while the database is unavailable. null: the
   * database is unavailable, and all that is known is how the session's journey ended.
   */
  private async complete(
    sessionId: string,
    { cached, now, isOutcomeKnown, readAfter = 0 }: CompletionRequest,
  ): Promise<CachedSession | null> {
    const known = later(cached, this.fallback.get(sessionId, now));
    if (known && now - known.checkedAt < FRESH_MS && known.checkedAt > readAfter) return known;
    try {
      const record = await this.refill(sessionId, now);
      return { session: record?.session ?? null, lastJourney: newer(record, cached), checkedAt: now };
    } catch (error) {
      if (!JourneyError.is(error, 'STORE_UNAVAILABLE')) throw error;
      if (known?.session) return known;
      if (isOutcomeKnown) return null;
      throw error;
    }
  }

  private refill(sessionId: string, now: number): Promise<SessionRecord | null> {
    let refill = this.refills.get(sessionId);
    if (!refill) {
      refill = this.readAndCache(sessionId, now).finally(() => this.refills.delete(sessionId));
      this.refills.set(sessionId, refill);
    }
    return refill;
  }

  private async readAndCache(sessionId: string, now: number): Promise<SessionRecord | null> {
    const record = await this.reads.load(sessionId);
    try {
      await this.store.cacheSession(sessionId, record, now);
      this.fallback.delete(sessionId);
    } catch {
      // The result does not depend on the cache.
      this.fallback.set(sessionId, {
        session: record?.session ?? null,
        lastJourney: record?.lastJourney ?? null,
        checkedAt: now,
      });
    }
    return record;
  }
}

const inactive = (
  now: number,
  cached: CachedSession | null,
  last: InactiveSession['last'],
): InactiveSession => ({
  kind: 'INACTIVE',
  now,
  session: cached?.session ?? null,
  isDatabaseUnavailable: cached === null,
  last,
});

/** The more recent of the two; an invalidated entry is not replaced by what was read before the invalidation. */
function later(cached: CachedSession | null, fallback: CachedSession | null): CachedSession | null {
  if (!fallback || cached?.checkedAt === 0) return cached;
  if (cached && cached.checkedAt >= fallback.checkedAt) return cached;
  return { ...fallback, lastJourney: newer(fallback, cached) };
}

/**
 * The durable record lags behind the live store, which may know a newer last journey. An EN_ROUTE journey in the cache
 * comes from an earlier durable record.
 */
function newer(
  record: Pick<CachedSession, 'lastJourney'> | null,
  cached: CachedSession | null,
): CachedSession['lastJourney'] {
  const durable = record?.lastJourney ?? null;
  const live = cached?.lastJourney ?? null;
  if (!live || live.state === 'EN_ROUTE') return durable;
  return durable && durable.startedAt > live.startedAt ? durable : live;
}
