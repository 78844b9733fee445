import DataLoader from 'dataloader';

import { JourneyError } from './errors';
import { settle, type InactiveSession, type SessionView } from './liveLocation';
import type { CachedSession, SessionSnapshot, JourneyStore, SessionDirectory, SessionRecord } from './ports';
import type { Session } from './session';
import { Unsaved } from './unsaved';

/** Outside a journey the database is asked at most once a session in this time. */
const FRESH_MS = 60_000;
/** Ids in one query. */
const MAX_BATCH = 500;

/** Sessions as a poll sees them: from the live store, and from the database only when that has too little. */
export class Sessions {
  /** Joins the reads of one moment into one query. */
  private readonly reads: DataLoader<string, SessionRecord | null>;
  /** Those under way: whoever needs the same session meanwhile waits for the same one. */
  private readonly refills = new Map<string, Promise<SessionRecord | null>>();
  private readonly unsaved = new Unsaved(FRESH_MS);

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
  view(sessionId: string): Promise<SessionView | null> {
    return this.store
      .readSnapshot(sessionId)
      .then((snapshot) =>
        snapshot.kind === 'ACTIVE' && !settle(snapshot.journey, snapshot.now)
          ? snapshot
          : this.inactiveView(sessionId, snapshot),
      );
  }

  private async inactiveView(sessionId: string, snapshot: SessionSnapshot): Promise<SessionView | null> {
    const { now } = snapshot;
    if (snapshot.kind === 'ACTIVE') {
      // Past its deadline, and the watchdog has not come by yet: told as it will be written. Polls do without the
      // cached session until then, so it is looked up now.
      const { cached } = await this.store.readSnapshot(sessionId, true);
      return inactive(now, await this.complete(sessionId, cached, now, true), settle(snapshot.journey, now));
    }
    const { ended } = snapshot;
    const cached = await this.complete(sessionId, snapshot.cached, now, ended !== null);
    const last = ended ?? (cached?.session ? settle(cached.lastJourney, now) : null);
    if (!cached?.session && !last) return null;
    return inactive(now, cached, last);
  }

  /** The session's own facts; null when there is none of this id. */
  async find(sessionId: string): Promise<Session | null> {
    const snapshot = await this.store.readSnapshot(sessionId, true);
    if (snapshot.kind === 'ACTIVE' && snapshot.cached?.session) return snapshot.cached.session;
    return (await this.complete(sessionId, snapshot.cached, snapshot.now, false))?.session ?? null;
  }

  /** The session as the database has it this moment; null when there is none. For decisions that a cache must not make. */
  async readThrough(sessionId: string): Promise<SessionRecord | null> {
    const records = await this.directory.findByIds([sessionId]);
    return records.get(sessionId) ?? null;
  }

  /**
   * Refills the cache when it is empty or old; what is old still serves while the database is away. null: it is away,
   * nothing is known of the session itself, but of how its journey ended.
   */
  private async complete(
    sessionId: string,
    cached: CachedSession | null,
    now: number,
    outcomeKnown: boolean,
  ): Promise<CachedSession | null> {
    const known = later(cached, this.unsaved.get(sessionId, now));
    if (known && now - known.checkedAt < FRESH_MS) return known;
    try {
      const record = await this.refill(sessionId, now);
      return { session: record?.session ?? null, lastJourney: newer(record, cached), checkedAt: now };
    } catch (error) {
      if (!JourneyError.is(error, 'STORE_UNAVAILABLE')) throw error;
      if (known?.session) return known;
      if (outcomeKnown) return null;
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
      this.unsaved.delete(sessionId);
    } catch {
      // Only a cache: the answer stands without it.
      this.unsaved.add(sessionId, {
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
  databaseAway: cached === null,
  last,
});

/** Which of the two tells more; what was forgotten on purpose is not replaced by what was read before that. */
function later(cached: CachedSession | null, unsaved: CachedSession | null): CachedSession | null {
  if (!unsaved || cached?.checkedAt === 0) return cached;
  if (cached && cached.checkedAt >= unsaved.checkedAt) return cached;
  return { ...unsaved, lastJourney: newer(unsaved, cached) };
}

/**
 * The durable record lags behind the live store, whose memory of the last journey may be the newer one. What it
 * knows as under way it has from an earlier record.
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
