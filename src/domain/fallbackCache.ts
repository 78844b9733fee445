import { LRUCache } from 'lru-cache';

import type { CachedSession } from './snapshot';

/** Some 5 MB. */
const MAX_SESSIONS = 10_000;

/**
 * Sessions that were read from the database and that the live store could not cache. A Redis that is out of memory or
 * can't persist still answers reads, and without this cache each poll would read the database.
 */
export class FallbackCache {
  private readonly sessions = new LRUCache<string, CachedSession>({ max: MAX_SESSIONS });

  /** An entry is as old as the answer of the database that it holds, by the live store's clock. */
  constructor(private readonly ttlMs: number) {}

  set(sessionId: string, session: CachedSession): void {
    this.sessions.set(sessionId, session);
  }

  get(sessionId: string, now: number): CachedSession | null {
    const cached = this.sessions.get(sessionId);
    return cached && now - cached.checkedAt < this.ttlMs ? cached : null;
  }

  delete(sessionId: string): void {
    this.sessions.delete(sessionId);
  }
}
