import { LRUCache } from 'lru-cache';

import { JourneyError } from './errors';
import type { SessionView } from './liveLocation';
import type { ShareStore } from './shareStore';
import { RateBuckets } from './rateBuckets';
import { SessionAccess } from './sessionAccess';
import type { Sessions } from './sessions';
import { shareNotValid, type Share } from './share';
import type { Guest } from './viewer';

/** Sessions whose wrong secrets are counted; some 2 MB. */
const MAX_SESSIONS = 20_000;
/** Some 5 MB. */
const MAX_KNOWN_GUESTS = 20_000;

export interface GuestsOptions {
  readonly store: ShareStore;
  readonly sessions: Sessions;
  /** How long a share outlives the journey. */
  readonly afterEndMs: number;
  /** Wrong secrets of one session that get UNAUTHENTICATED; further ones get RATE_LIMITED. */
  readonly guessesPerMinute: number;
  /** For metrics: a request with a share that is not valid. */
  readonly onRefusal?: (code: ShareRefusal) => void;
}

export const shareRefusals = ['UNAUTHENTICATED', 'RATE_LIMITED'] as const;
export type ShareRefusal = (typeof shareRefusals)[number];

/**
 * What guests read. A share is read anew with each request, together with the session, so one that ended or was revoked
 * is refused by every process at once.
 */
export class Guests {
  private readonly access: SessionAccess;
  private readonly wrongSecrets: RateBuckets;
  /** Those whose share was valid when they last read something, by the hash of the secret. No decision about access. */
  private readonly known = new LRUCache<string, true>({ max: MAX_KNOWN_GUESTS });

  constructor(private readonly options: GuestsOptions) {
    this.access = new SessionAccess(options.sessions);
    this.wrongSecrets = new RateBuckets(options.guessesPerMinute, MAX_SESSIONS);
  }

  /** Whether the guest's share was valid lately: a guest who has only invented one must not cause expensive work. */
  isKnown({ secretHash }: Guest): boolean {
    return this.known.has(secretHash);
  }

  /**
   * The share and what it shows, as the session's student would see it.
   * @throws FORBIDDEN for another session; UNAUTHENTICATED or RATE_LIMITED when the share is not valid
   */
  async read(
    guest: Guest,
    sessionId: string,
    trailAfter: number | null = null,
  ): Promise<{ readonly share: Share; readonly view: SessionView }> {
    if (sessionId !== guest.sessionId) {
      throw new JourneyError('FORBIDDEN', 'A share shows its own session alone.', {});
    }
    const found = await this.options.store.readShared(sessionId, guest.secretHash, trailAfter);
    if (!found) throw this.refusal(guest);
    const { share, snapshot } = found;
    const view = await this.readableBy(share, await this.options.sessions.viewOf(sessionId, snapshot));
    if (!view || this.hasEnded(share, view)) throw this.refusal(guest);
    this.known.set(guest.secretHash, true);
    return { share, view };
  }

  /** null: the session is another student's now, or exists no more. */
  private async readableBy(
    { sessionId, studentId }: Share,
    view: SessionView | null,
  ): Promise<SessionView | null> {
    try {
      return await this.access.readable({ id: studentId, role: 'STUDENT' }, sessionId, view);
    } catch (error) {
      if (JourneyError.is(error, 'SESSION_NOT_FOUND')) return null;
      throw error;
    }
  }

  /**
   * Whether the share has ended though the store still has it: nobody has refreshed the session yet, or a process of an
   * older release ended its journey.
   */
  private hasEnded({ studentId, createdAt }: Share, view: SessionView): boolean {
    const session = view.kind === 'ACTIVE' ? view.cached?.session : view.session;
    if (session && (session.status === 'CANCELLED' || session.studentId !== studentId)) return true;
    if (view.kind === 'ACTIVE') return false;
    const { last, isFormer, now } = view;
    return (
      isFormer === true ||
      (last !== null && last.endedAt > createdAt && now >= last.endedAt + this.options.afterEndMs)
    );
  }

  private refusal({ sessionId, secretHash }: Guest): JourneyError {
    this.known.delete(secretHash);
    const decision = this.wrongSecrets.take(sessionId, performance.now());
    this.options.onRefusal?.(decision.allowed ? 'UNAUTHENTICATED' : 'RATE_LIMITED');
    if (decision.allowed) return shareNotValid();
    const retryAfterMs = Math.ceil(decision.retryAfterMs);
    return new JourneyError(
      'RATE_LIMITED',
      `Too many requests with shares of this session that are not valid; try again in ${retryAfterMs} ms.`,
      { retryAfterMs },
    );
  }
}
