import type { AbortSignalLike } from '../connection/abort.js';
import { failureOf, type JourneyFailure } from '../connection/failure.js';
import { PolledWatch, type PolledListState, type PolledWatchOptions } from '../connection/PolledWatch.js';
import { request } from '../connection/request.js';
import {
  RevokeShareDocument,
  ShareJourneyDocument,
  SharesDocument,
  type ShareFieldsFragment,
} from '../generated/operations.js';

export type Share = ShareFieldsFragment;

export interface NewShare {
  readonly share: Share;
  /** Nobody can ask for it again. */
  readonly token: string;
}

export interface SharesState extends PolledListState {
  /** Those that have not ended, the oldest first. */
  readonly shares: readonly Share[];
}

/** Of `create` and `revoke`: neither throws. */
export type ShareResult<T> = { ok: true; value: T } | { ok: false; failure: JourneyFailure };

export interface SharesWatchOptions extends PolledWatchOptions {
  sessionId: string;
  /** Default 60000. */
  pollIntervalMs?: number;
}

interface Answer {
  readonly shares: readonly Share[];
  /** How many changes were made before it was asked for. */
  readonly changes: number;
}

/** The shares of one session: what `useShares` shows and does, without React. */
export class SharesWatch extends PolledWatch<SharesState, Answer> {
  private changes = 0;

  constructor(private readonly options: SharesWatchOptions) {
    super({ shares: [], loading: true }, options);
  }

  /** Creates a link; after a failure there may be one in the list whose token nobody has, which can be revoked. */
  readonly create = (expiresInSeconds?: number): Promise<ShareResult<NewShare>> =>
    this.change(
      (signal) =>
        this.send(ShareJourneyDocument, { sessionId: this.options.sessionId, expiresInSeconds }, signal),
      // A list that was asked for meanwhile may have it already.
      ({ share }, shares) => [...shares.filter(({ id }) => id !== share.id), share],
    );

  /** Revokes a link at once, on every process of the service. Revoking it again does no harm. */
  readonly revoke = (shareId: string): Promise<ShareResult<boolean>> =>
    this.change(
      (signal) => this.send(RevokeShareDocument, { sessionId: this.options.sessionId, shareId }, signal),
      (_, shares) => shares.filter(({ id }) => id !== shareId),
    );

  protected async ask(signal: AbortSignalLike): Promise<Answer> {
    const { changes } = this;
    const { shares } = await this.send(SharesDocument, { id: this.options.sessionId }, signal);
    return { shares, changes };
  }

  protected onAnswer({ shares, changes }: Answer): number {
    // It may be from before the change, so it is asked for again.
    if (changes !== this.changes) return 0;
    this.showAnswer({ shares, loading: false });
    return this.options.pollIntervalMs ?? 60_000;
  }

  private async change<T>(
    send: (signal: AbortSignalLike) => Promise<T>,
    sharesAfter: (value: T, shares: readonly Share[]) => readonly Share[],
  ): Promise<ShareResult<T>> {
    try {
      const value = await request(this.clock, this.requestTimeoutMs, send).answer;
      this.show({ shares: sharesAfter(value, this.getState().shares) });
      return { ok: true, value };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    } finally {
      this.changes += 1;
      this.poller.pollNow();
    }
  }
}
