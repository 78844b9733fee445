import type { ApolloClient } from '@apollo/client';

import { systemClock, type Clock } from '../connection/clock.js';
import { connectionAfter, type Connection, type JourneyFailure } from '../connection/failure.js';
import { ObservableState } from '../connection/observableState.js';
import { Poller, type Polling } from '../connection/Poller.js';
import type { CancelSignal } from '../connection/request.js';
import type { VisibilitySource } from '../connection/visibility.js';
import { LiveLocationsDocument } from '../generated/operations.js';
import type { LiveLocation } from './newerLiveLocation.js';
import { SessionSight, type SessionSeen } from './SessionSight.js';
import type { SignalThresholds } from './signalAge.js';

export interface LiveLocationsState {
  /** By session, in the order they were given; a session that was not answered yet is missing. */
  readonly sessions: ReadonlyMap<string, SessionSeen>;
  readonly connection: Connection;
  readonly polling: Polling;
  /** Why the last round failed; null again after an answer. */
  readonly failure: JourneyFailure | null;
  /** This device's clock. */
  readonly lastAnswerAtMs: number | null;
}

export interface LiveLocationsWatchOptions {
  client: ApolloClient;
  /** Default 5000: rounds are at least this far apart, however near a home somebody is. */
  roundMs?: number;
  requestTimeoutMs?: number;
  signalLiveMs?: number;
  signalDelayedMs?: number;
  clock?: Clock;
  random?: () => number;
}

/** The service answers for at most so many at once. */
const maxSessionsOfRequest = 50;

interface Watched {
  readonly sight: SessionSight;
  /** Infinity: never again. */
  dueAtMs: number;
}

const initialState: LiveLocationsState = {
  sessions: new Map(),
  connection: 'CONNECTING',
  polling: 'STOPPED',
  failure: null,
  lastAnswerAtMs: null,
};

/**
 * Many sessions, in as few requests as the service allows: each is asked about when the service said, together with
 * those whose time comes within half a round, and not any more once nothing can come. What `useLiveLocations` shows,
 * without React.
 */
export class LiveLocationsWatch {
  private readonly observable = new ObservableState<LiveLocationsState>(initialState);
  private readonly clock: Clock;
  private readonly roundMs: number;
  private readonly thresholds: SignalThresholds;
  private readonly poller: Poller<readonly LiveLocation[]>;
  private watched = new Map<string, Watched>();
  private cancelAgeing: () => void = () => undefined;

  constructor({
    client,
    roundMs = 5000,
    requestTimeoutMs = 10_000,
    signalLiveMs = 20_000,
    signalDelayedMs = 60_000,
    clock = systemClock,
    random,
  }: LiveLocationsWatchOptions) {
    this.clock = clock;
    this.roundMs = roundMs;
    this.thresholds = { signalLiveMs, signalDelayedMs };
    const ask = async (sessionIds: string[], signal: CancelSignal): Promise<readonly LiveLocation[]> => {
      const { data } = await client.query({
        query: LiveLocationsDocument,
        variables: { sessionIds },
        fetchPolicy: 'no-cache',
        // An app's default of 'all' would hand over an error as an answer without data.
        errorPolicy: 'none',
        context: { fetchOptions: { signal }, queryDeduplication: false },
      });
      return data!.liveLocations;
    };
    this.poller = new Poller({
      clock,
      random,
      requestTimeoutMs,
      ask: async (signal) =>
        (await Promise.all(inChunks(this.due(), maxSessionsOfRequest).map((ids) => ask(ids, signal)))).flat(),
      onAnswer: (answers) => this.onAnswers(answers),
      onFailure: (failure) =>
        this.show({ failure, connection: connectionAfter(failure, this.getState().connection) }),
      onPolling: (polling) => this.show({ polling }),
    });
  }

  readonly getState = this.observable.get;
  readonly subscribe = this.observable.subscribe;

  /** From now on these; what is known of those that were watched before stays. Asks at once about new ones. */
  watch(sessionIds: readonly string[]): void {
    const before = this.watched;
    const wanted = [...new Set(sessionIds)];
    this.watched = new Map(
      wanted.map((id) => [id, before.get(id) ?? { sight: new SessionSight(this.thresholds), dueAtMs: 0 }]),
    );
    this.show({});
    if (wanted.some((id) => !before.has(id))) this.poller.pollNow();
  }

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

  /** Asks about all, also those of which nothing more can come. */
  readonly pollNow = (): void => {
    for (const watched of this.watched.values()) watched.dueAtMs = 0;
    this.poller.pollNow();
  };

  /** Rather half a round early than half a round late: the fewer rounds, the fewer requests. */
  private due(): string[] {
    const untilMs = this.clock.now() + this.roundMs / 2;
    return [...this.watched].filter(([, { dueAtMs }]) => dueAtMs <= untilMs).map(([id]) => id);
  }

  private onAnswers(answers: readonly LiveLocation[]): number | null {
    const nowMs = this.clock.now();
    for (const answer of answers) {
      const watched = this.watched.get(answer.sessionId);
      if (watched) watched.dueAtMs = nowMs + (watched.sight.take(answer, nowMs) ?? Infinity);
    }
    // Back in front between two rounds nothing was due, and so nothing was asked.
    if (answers.length > 0) this.show({ connection: 'ONLINE', failure: null, lastAnswerAtMs: nowMs });
    const nextMs = Math.min(...[...this.watched.values()].map(({ dueAtMs }) => dueAtMs)) - nowMs;
    return nextMs === Infinity ? null : Math.max(this.roundMs, nextMs);
  }

  private show(change: Partial<LiveLocationsState>): void {
    this.cancelAgeing();
    const nowMs = this.clock.now();
    const looks = [...this.watched].map(([id, { sight }]) => [id, sight.at(nowMs)] as const);
    const changesInMs = Math.min(...looks.map(([, look]) => look.changesInMs ?? Infinity));
    if (changesInMs !== Infinity) this.cancelAgeing = this.clock.after(changesInMs, () => this.show({}));
    const seen = looks.flatMap(([id, look]) => (look.seen.liveLocation ? [[id, look.seen] as const] : []));
    const { sessions } = this.getState();
    const isSame = seen.length === sessions.size && seen.every(([id, each]) => sessions.get(id) === each);
    this.observable.update({ ...change, sessions: isSame ? sessions : new Map(seen) });
  }
}

function inChunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
