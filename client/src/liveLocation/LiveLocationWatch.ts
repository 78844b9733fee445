import type { ApolloClient } from '@apollo/client';

import { systemClock, type Clock } from '../connection/clock.js';
import { wasAnswered, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { LiveLocationDocument, type Signal } from '../generated/operations.js';
import { newerLiveLocation, type LiveLocation, type Location } from './newerLiveLocation.js';
import { ageOf, signalAt, type SignalAge } from './signalAge.js';

export interface LiveLocationState {
  /** The newest answer; kept through errors; null before the first. */
  readonly liveLocation: LiveLocation | null;
  /** The last known place of a journey under way, also when the service let it expire; null once it ended. */
  readonly location: Location | null;
  /** What to tell the user; null: nothing to tell (no fix yet, or no journey under way). */
  readonly freshness: Signal | 'OFFLINE' | null;
  /** The service's word, aged by this device while no answer comes. */
  readonly signal: Signal | null;
  /** OFFLINE: the last poll got no answer of the service. */
  readonly connection: 'CONNECTING' | 'ONLINE' | 'OFFLINE';
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
  liveLocation: null,
  location: null,
  freshness: null,
  signal: null,
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
  private readonly thresholds: { signalLiveMs: number; signalDelayedMs: number };
  private age: SignalAge | null = null;
  private saidNoJourney = false;
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
    this.thresholds = { signalLiveMs, signalDelayedMs };
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
    const { liveLocation: shown, location } = this.getState();
    const nowMs = this.clock.now();
    let newest = newerLiveLocation(shown, incoming);
    // A journey that the service does not know any more: once may be a lagging replica's word, twice is the truth.
    if (incoming.journeyId === null && this.saidNoJourney) newest = incoming;
    this.saidNoJourney = incoming.journeyId === null;

    const isSameJourney = shown?.journeyId === newest.journeyId;
    if (newest === incoming)
      this.age = ageOf(incoming, isSameJourney ? this.age : null, nowMs, this.thresholds);
    this.show({
      liveLocation: newest,
      location: newest.isActive ? (newest.location ?? (isSameJourney ? location : null)) : null,
      connection: 'ONLINE',
      failure: null,
      lastAnswerAtMs: nowMs,
    });
    // An overtaken answer's pace is as old as itself: it must not stop the polls of a journey under way.
    return newest === incoming || !newest.isActive ? incoming.pollAfterMs : newest.pollAfterMs;
  }

  private onFailure(failure: JourneyFailure): void {
    // Too many requests says nothing of the connection: what it was it stays.
    const { connection } = this.getState();
    this.show({
      failure,
      connection: failure.code === 'RATE_LIMITED' ? connection : wasAnswered(failure) ? 'ONLINE' : 'OFFLINE',
    });
  }

  private show(change: Partial<LiveLocationState>): void {
    const next = { ...this.getState(), ...change };
    const isUnderWay = next.liveLocation?.isActive ?? false;
    this.cancelAgeing();
    const aged = this.age && isUnderWay ? signalAt(this.age, this.clock.now(), this.thresholds) : null;
    if (aged?.changesInMs) this.cancelAgeing = this.clock.after(aged.changesInMs, () => this.show({}));
    const signal = aged?.signal ?? null;
    const isOffline = next.connection === 'OFFLINE' && next.polling !== 'STOPPED';
    this.observable.update({ ...change, signal, freshness: isOffline ? 'OFFLINE' : signal });
  }
}
