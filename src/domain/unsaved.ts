import type { CachedSession } from './ports';

/** Some 5 MB. */
const MAX_SESSIONS = 10_000;

/**
 * What the database told of sessions and the live store would not take: one that is out of memory or can't persist
 * still answers reads, and each poll would read the database. Bounded; the oldest goes first.
 */
export class Unsaved {
  private readonly sessions = new Map<string, CachedSession>();

  constructor(private readonly lifeMs: number) {}

  add(sessionId: string, told: CachedSession): void {
    this.sessions.delete(sessionId);
    this.sessions.set(sessionId, told);
    if (this.sessions.size > MAX_SESSIONS) this.sessions.delete(this.sessions.keys().next().value!);
  }

  get(sessionId: string, now: number): CachedSession | null {
    const told = this.sessions.get(sessionId);
    return told && now - told.checkedAt < this.lifeMs ? told : null;
  }

  delete(sessionId: string): void {
    this.sessions.delete(sessionId);
  }
}
