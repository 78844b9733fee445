import type { ApolloClient } from '@apollo/client';

import { systemClock, type Clock } from '../connection/clock.js';
import { connectionAfter, type Connection, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { LiveLocationDocument, type Signal } from '../generated/operations.js';
import type { LiveLocation } from './newerLiveLocation.js';
import { nothingSeen, SessionSight, type SessionSeen } from './SessionSight.js';

export interface LiveLocationState extends SessionSeen {
  /** What to tell the user; null: nothing to tell (no fix yet, or no journey under way). */
  readonly freshness: Signal | 'OFFLINE' | null;
  /** OFFLINE: the last poll got no answer of the service. */
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last poll failed; null again after an answer. */
  readonly failure: JourneyFailure | null;
  /** This device's clock. */
  readonly lastAnswerAtMs: number | null;
}

export interface LiveLocationWatchOptions {
  client: ApolloClient;
  sessionId: string;
  requestTimeoutMs?: number;
  signalLiveMs?: number;
  signalDelayedMs?: number;
  clock?: Clock;
  random?: () => number;
}

const initialState: LiveLocationState = {
  ...nothingSeen,
  freshness: null,
  connection: 'CONNECTING',
  polling: 'STOPPED',
  failure: null,
  lastAnswerAtMs: null,
};

/** One session as its student sees it. What `useLiveLocation` shows, without React. */
export class LiveLocationWatch {
  private readonly observable = new ObservableState<LiveLocationState>(initialState);
  private readonly clock: Clock;
  private readonly poller: Poller<LiveLocation>;
  private readonly sight: SessionSight;
  private cancelAgeing: () => void = () => undefined;

  constructor({
    client,
    sessionId,
    requestTimeoutMs = 10_000,
    signalLiveMs = 20_000,
    signalDelayedMs = 60_000,
    clock = systemClock,
    random,
  }: LiveLocationWatchOptions) {
    this.clock = clock;
    this.sight = new SessionSight({ signalLiveMs, signalDelayedMs });
    this.poller = new Poller<LiveLocation>({
      clock,
      random,
      requestTimeoutMs,
      onAnswer: (answer) => this.onAnswer(answer),
      onFailure: (failure) => this.onFailure(failure),
      onPolling: (polling) => this.show({ polling }),
      ask: async (signal) => {
        const { data } = await client.query({
          query: LiveLocationDocument,
          variables: { sessionId },
          // Not through the cache: it would show an answer before the order of answers is judged here.
          fetchPolicy: 'no-cache',
          // An app's default of 'all' would hand over an error as an answer without data.
          errorPolicy: 'none',
          context: { fetchOptions: { signal }, queryDeduplication: false },
        });
        return data!.liveLocation;
      },
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;

  open(): void {
    this.poller.open();
    this.show({});
  }

  /** Opened, the watch polls as soon as it knows by whom it is seen. */
  seeBy(visibility: VisibilitySource): void {
    this.poller.seeBy(visibility);
  }

  close(): void {
    this.poller.close();
    this.cancelAgeing();
  }

  readonly pollNow = (): void => this.poller.pollNow();

  private onAnswer(incoming: LiveLocation): number | null {
    const nowMs = this.clock.now();
    const paceMs = this.sight.take(incoming, nowMs);
    this.show({ connection: 'ONLINE', failure: null, lastAnswerAtMs: nowMs });
    return paceMs;
  }

  private onFailure(failure: JourneyFailure): void {
    this.show({ failure, connection: connectionAfter(failure, this.getState().connection) });
  }

  private show(change: Partial<LiveLocationState>): void {
    const { connection, polling } = { ...this.getState(), ...change };
    this.cancelAgeing();
    const { seen, changesInMs } = this.sight.at(this.clock.now());
    if (changesInMs !== null) this.cancelAgeing = this.clock.after(changesInMs, () => this.show({}));
    const isOffline = connection === 'OFFLINE' && polling !== 'STOPPED';
    this.observable.update({ ...change, ...seen, freshness: isOffline ? 'OFFLINE' : seen.signal });
  }
}
