import type { SessionSnapshot } from './snapshot';
import type { Share } from './share';

export interface CreateShareCommand {
  readonly sessionId: string;
  readonly secretHash: string;
  readonly id: string;
  readonly studentId: string;
  readonly lifeMs: number;
  readonly maxShares: number;
}

export type CreateShareOutcome =
  | { readonly kind: 'CREATED'; readonly share: Share }
  | { readonly kind: 'TOO_MANY'; readonly retryAfterMs: number };

/** The shares of sessions. What JourneyStore promises of its methods holds here too. */
export interface ShareStore {
  create(command: CreateShareCommand): Promise<CreateShareOutcome>;
  /** Also when there is no such share (any more). */
  revoke(sessionId: string, shareId: string): Promise<void>;
  /** Those that have not ended. */
  list(sessionId: string): Promise<readonly Share[]>;
  /** The share with this secret and the session's snapshot, with the cached session; null: no share with it exists (any more). */
  readShared(
    sessionId: string,
    secretHash: string,
    trailAfter?: number | null,
  ): Promise<{ readonly share: Share; readonly snapshot: SessionSnapshot } | null>;
}
