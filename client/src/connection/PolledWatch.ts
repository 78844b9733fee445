import type { ApolloClient } from '@apollo/client';

import type { AbortSignalLike } from './abort.js';
import { systemClock, type Clock } from './clock.js';
import { EventClock } from './EventClock.js';
import { connectionAfter, type Connection, type JourneyFailure } from './failure.js';
import { ObservableState } from './observableState.js';
import { Poller, type Polling } from './Poller.js';
import { sendBy, type Send } from './send.js';
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

/**
 * A state that is kept up to date by polls, and ages by itself while no answer comes. A subclass says what is asked, what
 * an answer changes, and what ages.
 */
export abstract class PolledWatch<S extends PolledState, A> {
  protected readonly send: Send;
  protected readonly clock: Clock;
  protected readonly requestTimeoutMs: number;
  protected readonly poller: Poller<A>;
  /** Goes on while the device sleeps, and does not depend on its wall clock. */
  protected readonly elapsed: EventClock;
  private readonly observable: ObservableState<S>;
  private cancelAgeing: () => void = () => undefined;

  readonly getState: () => S;
  readonly subscribe: (listener: () => void) => () => void;

  protected constructor(
    initial: Omit<S, keyof PolledState>,
    { client, requestTimeoutMs = 10_000, clock = systemClock, random }: PolledWatchOptions,
  ) {
    this.send = sendBy(client);
    this.clock = clock;
    this.elapsed = new EventClock(clock);
    this.requestTimeoutMs = requestTimeoutMs;
    this.observable = new ObservableState({ ...initial, ...notPolled } as S);
    this.getState = this.observable.get;
    this.subscribe = this.observable.subscribe;
    const show = (change: Partial<PolledState>): void => this.show(change as Partial<S>);
    this.poller = new Poller<A>({
      clock,
      random,
      requestTimeoutMs,
      send: (signal) => this.ask(signal),
      onAnswer: (answer) => this.onAnswer(answer),
      onFailure: (failure) =>
        show({ failure, connection: connectionAfter(failure, this.getState().connection) }),
      onPolling: (polling) => show({ polling }),
      onFullPoll: () => this.onFullPoll(),
    });
  }

  /** Polls at once, also about what is over or was refused. */
  readonly pollNow = (): void => this.poller.pollNow();

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

  protected abstract ask(signal: AbortSignalLike): Promise<A>;

  /** Returns when to ask next; null: not any more. An answer that makes it throw counts as a failure. */
  protected abstract onAnswer(answer: A): number | null;

  /** The next poll asks about everything. */
  protected onFullPoll(): void {}

  /** The change with what has aged meanwhile, and when something ages next; null: never. */
  protected aged(change: Partial<S>): readonly [Partial<S>, changesInMs: number | null] {
    return [change, null];
  }

  protected show(change: Partial<S>): void {
    this.cancelAgeing();
    const [aged, changesInMs] = this.aged(change);
    if (changesInMs !== null) this.cancelAgeing = this.elapsed.after(changesInMs, () => this.show({}));
    this.observable.update(aged);
  }

  protected showAnswer(change: Partial<S>): void {
    this.show({ connection: 'ONLINE', failure: null, ...change });
  }
}
