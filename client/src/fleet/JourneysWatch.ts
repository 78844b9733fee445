import type { ApolloClient } from '@apollo/client';

import type { Journey } from '../activeJourney/ActiveJourneyWatch.js';
import { systemClock, type Clock } from '../connection/clock.js';
import { connectionAfter, dataOf, type Connection, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import { sendQuery } from '../connection/send.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { JourneysDocument, type JourneysQuery } from '../generated/operations.js';

export interface JourneysState {
  /** Every active journey as of the last answer that was complete: never a part of them. */
  readonly journeys: readonly Journey[];
  /** No answer yet: not the same as "none". */
  readonly loading: boolean;
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last poll failed; null again after an answer. */
  readonly failure: JourneyFailure | null;
}

export interface JourneysWatchOptions {
  client: ApolloClient;
  /** Default 15000; longer for thousands of journeys, so that one list costs no more than 2.5 requests a second. */
  pollIntervalMs?: number;
  /** For all pages together. */
  requestTimeoutMs?: number;
  clock?: Clock;
  random?: () => number;
}

/** The most that the service gives at once. */
const pageSize = 100;
/** The least time for each page of a list, until the next list begins. */
const pageIntervalMs = 400;

/** Every active journey, page by page: what `useJourneys` shows, without React. For operators and services. */
export class JourneysWatch {
  private readonly observable = new ObservableState<JourneysState>({
    journeys: [],
    loading: true,
    connection: 'CONNECTING',
    polling: 'STOPPED',
    failure: null,
  });
  private readonly poller: Poller<readonly Journey[]>;

  constructor({
    client,
    pollIntervalMs = 15_000,
    requestTimeoutMs = 30_000,
    clock = systemClock,
    random,
  }: JourneysWatchOptions) {
    this.poller = new Poller({
      clock,
      random,
      requestTimeoutMs,
      onPolling: (polling) => this.observable.update({ polling }),
      onAnswer: (journeys) => {
        this.observable.update({ journeys, loading: false, connection: 'ONLINE', failure: null });
        return Math.max(pollIntervalMs, (journeys.length / pageSize) * pageIntervalMs);
      },
      onFailure: (failure) =>
        this.observable.update({ failure, connection: connectionAfter(failure, this.getState().connection) }),
      send: async (signal) => {
        const page = async (after: string | null): Promise<JourneysQuery['journeys']> => {
          const variables = { first: pageSize, after };
          const data = await sendQuery({ client, document: JourneysDocument, variables, signal });
          return dataOf(data.journeys, 'journeys');
        };
        const journeys: Journey[] = [];
        let after: string | null = null;
        do {
          const { edges, pageInfo } = await page(after);
          journeys.push(...edges.map(({ node }) => node));
          after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
        } while (after !== null && !signal.aborted);
        return journeys;
      },
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;
  readonly pollNow = (): void => this.poller.pollNow();

  open(): void {
    this.poller.open();
  }

  setVisibility(visibility: VisibilitySource): void {
    this.poller.setVisibility(visibility);
  }

  close(): void {
    this.poller.close();
  }
}
