import type { ApolloClient } from '@apollo/client';

import type { AbortSignalLike } from '../connection/abort.js';
import { systemClock, type Clock } from '../connection/clock.js';
import {
  connectionAfter,
  dataOf,
  failureOf,
  type Connection,
  type JourneyFailure,
} from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import { request } from '../connection/request.js';
import { sendMutation, sendQuery } from '../connection/send.js';
import type { VisibilitySource } from '../connection/visibility.js';
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

export interface SharesState {
  /** Those that have not ended, the oldest first. */
  readonly shares: readonly Share[];
  /** No answer yet: not the same as "none". */
  readonly loading: boolean;
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last poll failed; null again after an answer. */
  readonly failure: JourneyFailure | null;
}

/** Of `create` and `revoke`: neither throws. */
export type ShareResult<T> = { ok: true; value: T } | { ok: false; failure: JourneyFailure };

export interface SharesWatchOptions {
  client: ApolloClient;
  sessionId: string;
  pollIntervalMs?: number;
  requestTimeoutMs?: number;
  clock?: Clock;
  random?: () => number;
}

interface Answer {
  readonly shares: readonly Share[];
  /** How many changes were made before it was asked for. */
  readonly changes: number;
}

/** The shares of one session: what `useShares` shows and does, without React. */
export class SharesWatch {
  private readonly observable = new ObservableState<SharesState>({
    shares: [],
    loading: true,
    connection: 'CONNECTING',
    polling: 'STOPPED',
    failure: null,
  });
  private readonly client: ApolloClient;
  private readonly sessionId: string;
  private readonly clock: Clock;
  private readonly requestTimeoutMs: number;
  private readonly poller: Poller<Answer>;
  private changes = 0;

  constructor({
    client,
    sessionId,
    pollIntervalMs = 60_000,
    requestTimeoutMs = 10_000,
    clock = systemClock,
    random,
  }: SharesWatchOptions) {
    this.client = client;
    this.sessionId = sessionId;
    this.clock = clock;
    this.requestTimeoutMs = requestTimeoutMs;
    this.poller = new Poller({
      clock,
      random,
      requestTimeoutMs,
      onPolling: (polling) => this.observable.update({ polling }),
      onAnswer: ({ shares, changes }) => {
        // It may be from before the change, so it is asked for again.
        if (changes !== this.changes) return 0;
        this.observable.update({ shares, loading: false, connection: 'ONLINE', failure: null });
        return pollIntervalMs;
      },
      onFailure: (failure) =>
        this.observable.update({ failure, connection: connectionAfter(failure, this.getState().connection) }),
      send: async (signal) => {
        const { changes } = this;
        const data = await sendQuery({
          client,
          document: SharesDocument,
          variables: { id: sessionId },
          signal,
        });
        return { shares: dataOf(data.session, 'session').shares, changes };
      },
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;
  readonly pollNow = (): void => this.poller.pollNow();

  /** Creates a link; after a failure there may be one in the list whose token nobody has, which can be revoked. */
  readonly create = (expiresInSeconds?: number): Promise<ShareResult<NewShare>> =>
    this.change(
      async (signal) => {
        const data = await sendMutation({
          client: this.client,
          document: ShareJourneyDocument,
          variables: { sessionId: this.sessionId, expiresInSeconds },
          signal,
        });
        return dataOf(data.shareJourney, 'shareJourney');
      },
      ({ share }, shares) => [...shares, share],
    );

  /** Revokes a link at once, on every process of the service. Revoking it again does no harm. */
  readonly revoke = (shareId: string): Promise<ShareResult<boolean>> =>
    this.change(
      async (signal) => {
        const data = await sendMutation({
          client: this.client,
          document: RevokeShareDocument,
          variables: { sessionId: this.sessionId, shareId },
          signal,
        });
        return dataOf(data.revokeShare, 'revokeShare');
      },
      (_, shares) => shares.filter(({ id }) => id !== shareId),
    );

  open(): void {
    this.poller.open();
  }

  setVisibility(visibility: VisibilitySource): void {
    this.poller.setVisibility(visibility);
  }

  close(): void {
    this.poller.close();
  }

  private async change<T>(
    send: (signal: AbortSignalLike) => Promise<T>,
    sharesAfter: (value: T, shares: readonly Share[]) => readonly Share[],
  ): Promise<ShareResult<T>> {
    try {
      const value = await request(this.clock, this.requestTimeoutMs, send).answer;
      this.observable.update({ shares: sharesAfter(value, this.getState().shares) });
      return { ok: true, value };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    } finally {
      this.changes += 1;
      this.poller.pollNow();
    }
  }
}
