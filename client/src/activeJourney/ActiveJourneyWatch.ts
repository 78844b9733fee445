import type { ApolloClient } from '@apollo/client';

import { systemClock, type Clock } from '../connection/clock.js';
import { connectionAfter, type Connection, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller } from '../connection/Poller.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { ActiveJourneysDocument, type JourneyFieldsFragment } from '../generated/operations.js';

export type Journey = JourneyFieldsFragment;

export interface ActiveJourneyState {
  /** The one that started last. */
  readonly journey: Journey | null;
  /** All that are under way, the one that started last first. */
  readonly journeys: readonly Journey[];
  /** No answer yet: not the same as "none". */
  readonly loading: boolean;
  readonly connection: Connection;
  readonly failure: JourneyFailure | null;
}

export interface ActiveJourneyWatchOptions {
  client: ApolloClient;
  trainerId?: string | null;
  pollIntervalMs?: number;
  requestTimeoutMs?: number;
  clock?: Clock;
  random?: () => number;
}

/** The viewer's journeys that are under way. What `useActiveJourney` shows, without React. */
export class ActiveJourneyWatch {
  private readonly observable = new ObservableState<ActiveJourneyState>({
    journey: null,
    journeys: [],
    loading: true,
    connection: 'CONNECTING',
    failure: null,
  });
  private readonly poller: Poller<readonly Journey[]>;

  constructor({
    client,
    trainerId,
    pollIntervalMs = 30_000,
    requestTimeoutMs = 10_000,
    clock = systemClock,
    random,
  }: ActiveJourneyWatchOptions) {
    this.poller = new Poller({
      clock,
      random,
      requestTimeoutMs,
      onPolling: () => undefined,
      onAnswer: (found) => {
        const journeys = [...found].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
        this.observable.update({
          journeys,
          journey: journeys[0] ?? null,
          loading: false,
          connection: 'ONLINE',
          failure: null,
        });
        return pollIntervalMs;
      },
      onFailure: (failure) =>
        this.observable.update({
          failure,
          connection: connectionAfter(failure, this.getState().connection),
        }),
      ask: async (signal) => {
        const { data } = await client.query({
          query: ActiveJourneysDocument,
          variables: { trainerId: trainerId ?? null },
          fetchPolicy: 'no-cache',
          // An app's default of 'all' would hand over an error as an answer without data.
          errorPolicy: 'none',
          context: { fetchOptions: { signal }, queryDeduplication: false },
        });
        return data!.activeJourneys;
      },
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;
  readonly refresh = (): void => this.poller.pollNow();

  open(): void {
    this.poller.open();
  }

  seeBy(visibility: VisibilitySource): void {
    this.poller.seeBy(visibility);
  }

  close(): void {
    this.poller.close();
  }
}
