import type { Journey } from '../activeJourney/ActiveJourneyWatch.js';
import type { AbortSignalLike } from '../connection/abort.js';
import { PolledWatch, type PolledListState, type PolledWatchOptions } from '../connection/PolledWatch.js';
import { JourneysDocument, type JourneysQuery } from '../generated/operations.js';

export interface JourneysState extends PolledListState {
  /** Every active journey as of the last answer that was complete: never a part of them. */
  readonly journeys: readonly Journey[];
}

export interface JourneysWatchOptions extends PolledWatchOptions {
  /** Default 15000; longer for thousands of journeys, so that one list costs no more than 2.5 requests a second. */
  pollIntervalMs?: number;
  /** For all pages together. Default 30000. */
  requestTimeoutMs?: number;
}

/** The most that the service gives at once. */
const pageSize = 100;
/** The least time for each page of a list, until the next list begins. */
const pageIntervalMs = 400;

/** Every active journey, page by page: what `useJourneys` shows, without React. For operators and services. */
export class JourneysWatch extends PolledWatch<JourneysState, readonly Journey[]> {
  private readonly pollIntervalMs: number;

  constructor({ pollIntervalMs = 15_000, requestTimeoutMs = 30_000, ...options }: JourneysWatchOptions) {
    super({ journeys: [], loading: true }, { ...options, requestTimeoutMs });
    this.pollIntervalMs = pollIntervalMs;
  }

  protected async ask(signal: AbortSignalLike): Promise<readonly Journey[]> {
    const journeys: Journey[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo } = await this.page(after, signal);
      journeys.push(...edges.map(({ node }) => node));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null && !signal.aborted);
    return journeys;
  }

  protected onAnswer(journeys: readonly Journey[]): number {
    this.showAnswer({ journeys, loading: false });
    return Math.max(this.pollIntervalMs, (journeys.length / pageSize) * pageIntervalMs);
  }

  private page(after: string | null, signal: AbortSignalLike): Promise<JourneysQuery['journeys']> {
    return this.send(JourneysDocument, { first: pageSize, after }, signal);
  }
}
