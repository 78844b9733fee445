import type { ApolloClient } from '@apollo/client';

import { systemClock, type Clock } from '../connection/clock.js';
import { connectionAfter, dataOf, type Connection, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import { sendQuery } from '../connection/send.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { ActiveJourneysDocument, type JourneyFieldsFragment } from '../generated/operations.js';

export type Journey = JourneyFieldsFragment;

export interface ActiveJourneyState {
  /** The one that started last. */
  readonly journey: Journey | null;
  /** All that are active, the one that started last first. */
  readonly journeys: readonly Journey[];
  /** No answer yet: not the same as "none". */
  readonly loading: boolean;
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last poll failed; null again after an answer. */
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

/** The viewer's active journeys: what `useActiveJourney` shows, without React. */
export class ActiveJourneyWatch {
  private readonly observable = new ObservableState<ActiveJourneyState>({
    journey: null,
    journeys: [],
    loading: true,
    connection: 'CONNECTING',
    polling: 'STOPPED',
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
      onPolling: (polling) => this.observable.update({ polling }),
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
      send: async (signal) => {
        const variables = { trainerId: trainerId ?? null };
        const data = await sendQuery({ client, document: ActiveJourneysDocument, variables, signal });
        return dataOf(data.activeJourneys, 'activeJourneys');
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
