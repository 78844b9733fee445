import type { ApolloClient } from '@apollo/client';

import { momentOf, systemClock, type Clock } from '../connection/clock.js';
import { EventClock } from '../connection/EventClock.js';
import { connectionAfter, dataOf, type Connection, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import { sendQuery } from '../connection/send.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { WatchLocationDocument, type Signal, type WatchLocationQuery } from '../generated/operations.js';
import { emptySnapshot, SessionState, type SessionSnapshot } from './SessionState.js';
import { Trail, type TrailPoint } from './Trail.js';

export interface LiveLocationState extends SessionSnapshot {
  /** The way of the active journey so far, oldest first; empty once it ended. */
  readonly trail: readonly TrailPoint[];
  /** What to show the user; null: nothing to show (no fix yet, or no active journey). */
  readonly freshness: Signal | 'OFFLINE' | null;
  /** OFFLINE: the last poll got no answer of the service. */
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last poll failed; null again after an answer. */
  readonly failure: JourneyFailure | null;
  /** This device's wall clock. */
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
  ...emptySnapshot,
  trail: [],
  freshness: null,
  connection: 'CONNECTING',
  polling: 'STOPPED',
  failure: null,
  lastAnswerAtMs: null,
};

interface Answer {
  readonly liveLocation: WatchLocationQuery['liveLocation'];
  /** What of its trail was known when it was asked for. */
  readonly askedAfter: number;
}

/** One session as its student sees it: what `useLiveLocation` shows, without React. */
export class LiveLocationWatch {
  private readonly observable = new ObservableState<LiveLocationState>(initialState);
  private readonly clock: Clock;
  private readonly elapsed: EventClock;
  private readonly poller: Poller<Answer>;
  private readonly trail = new Trail();
  private readonly session: SessionState;
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
    this.elapsed = new EventClock(clock);
    this.session = new SessionState({ signalLiveMs, signalDelayedMs });
    this.poller = new Poller<Answer>({
      clock,
      random,
      requestTimeoutMs,
      onAnswer: (answer) => this.onAnswer(answer),
      onFailure: (failure) => this.onFailure(failure),
      onPolling: (polling) => this.show({ polling }),
      send: async (signal) => {
        const askedAfter = this.trail.afterVersion;
        const variables = { sessionId, afterVersion: askedAfter };
        const data = await sendQuery({ client, document: WatchLocationDocument, variables, signal });
        return { liveLocation: dataOf(data.liveLocation, 'liveLocation'), askedAfter };
      },
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;

  open(): void {
    this.poller.open();
    this.show({});
  }

  /** An open watch polls as soon as it knows whether anybody sees it. */
  setVisibility(visibility: VisibilitySource): void {
    this.poller.setVisibility(visibility);
  }

  close(): void {
    this.poller.close();
    this.cancelAgeing();
  }

  readonly pollNow = (): void => this.poller.pollNow();

  private onAnswer({ liveLocation, askedAfter }: Answer): number | null {
    const moment = momentOf(this.clock);
    const intervalMs = this.session.update(liveLocation, moment, this.elapsed.monotonicNow());
    this.trail.update(this.session.liveLocation ?? liveLocation, liveLocation, askedAfter);
    this.show({
      connection: 'ONLINE',
      failure: null,
      lastAnswerAtMs: moment.wallMs,
      trail: this.trail.get(),
    });
    return intervalMs;
  }

  private onFailure(failure: JourneyFailure): void {
    this.show({ failure, connection: connectionAfter(failure, this.getState().connection) });
  }

  private show(change: Partial<LiveLocationState>): void {
    const { connection, polling } = { ...this.getState(), ...change };
    this.cancelAgeing();
    const { snapshot, changesInMs } = this.session.at(this.elapsed.monotonicNow());
    if (changesInMs !== null) this.cancelAgeing = this.elapsed.after(changesInMs, () => this.show({}));
    const isOffline = connection === 'OFFLINE' && polling !== 'STOPPED';
    this.observable.update({ ...change, ...snapshot, freshness: isOffline ? 'OFFLINE' : snapshot.signal });
  }
}
