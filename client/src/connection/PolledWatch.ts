import type { ApolloClient } from '@apollo/client';

import type { AbortSignalLike } from './abort.js';
import { systemClock, type Clock } from './clock.js';
import { connectionAfter, type Connection, type JourneyFailure } from './failure.js';
import { ObservableState } from './observableState.js';
import { Poller, type Polling } from './Poller.js';
import type { VisibilitySource } from './visibility.js';

/** What every watch shows of its polls. */
export interface PolledState {
  /** OFFLINE: the last poll got no answer of the service. */
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last poll failed; null again after an answer. */
  readonly failure: JourneyFailure | null;
}

/** What a list shows besides. */
export interface PolledListState extends PolledState {
  /** No answer yet: not the same as "none". */
  readonly loading: boolean;
}

export interface PolledWatchOptions {
  client: ApolloClient;
  /** Default 10000; for all requests of one poll together. */
  requestTimeoutMs?: number;
  clock?: Clock;
  random?: () => number;
}

/** Before anything was polled. */
const notPolled: PolledState = { connection: 'CONNECTING', polling: 'STOPPED', failure: null };

/** A state that is kept up to date by polls. A subclass says what is asked, and what an answer changes. */
export abstract class PolledWatch<S extends PolledState, A> {
  protected readonly client: ApolloClient;
  protected readonly clock: Clock;
  protected readonly requestTimeoutMs: number;
  protected readonly poller: Poller<A>;
  private readonly observable: ObservableState<S>;

  readonly getState: () => S;
  readonly subscribe: (listener: () => void) => () => void;

  protected constructor(
    initial: Omit<S, keyof PolledState>,
    { client, requestTimeoutMs = 10_000, clock = systemClock, random }: PolledWatchOptions,
  ) {
    this.client = client;
    this.clock = clock;
    this.requestTimeoutMs = requestTimeoutMs;
    this.observable = new ObservableState({ ...initial, ...notPolled } as S);
    this.getState = this.observable.get;
    this.subscribe = this.observable.subscribe;
    this.poller = new Poller<A>({
      clock,
      random,
      requestTimeoutMs,
      send: (signal) => this.ask(signal),
      onAnswer: (answer) => this.onAnswer(answer),
      onFailure: (failure) =>
        this.showPolled({ failure, connection: connectionAfter(failure, this.getState().connection) }),
      onPolling: (polling) => this.showPolled({ polling }),
      onFullPoll: () => this.onFullPoll(),
    });
  }

  /** Polls at once, also about what is over or was refused. */
  readonly pollNow = (): void => this.poller.pollNow();

  open(): void {
    this.poller.open();
  }

  /** An open watch polls as soon as it knows whether anybody sees it. */
  setVisibility(visibility: VisibilitySource): void {
    this.poller.setVisibility(visibility);
  }

  close(): void {
    this.poller.close();
  }

  protected abstract ask(signal: AbortSignalLike): Promise<A>;

  /** Returns when to ask next; null: not any more. An answer that makes it throw counts as a failure. */
  protected abstract onAnswer(answer: A): number | null;

  /** The next poll asks about everything. */
  protected onFullPoll(): void {}

  protected show(change: Partial<S>): void {
    this.observable.update(change);
  }

  protected showAnswer(change: Partial<S>): void {
    this.show({ connection: 'ONLINE', failure: null, ...change });
  }

  private showPolled(change: Partial<PolledState>): void {
    this.show(change as Partial<S>);
  }
}
