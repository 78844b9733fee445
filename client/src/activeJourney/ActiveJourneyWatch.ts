import type { AbortSignalLike } from '../connection/abort.js';
import { PolledWatch, type PolledListState, type PolledWatchOptions } from '../connection/PolledWatch.js';
import { ActiveJourneysDocument, type JourneyFieldsFragment } from '../generated/operations.js';

export type Journey = JourneyFieldsFragment;

export interface ActiveJourneyState extends PolledListState {
  /** The one that started last. */
  readonly journey: Journey | null;
  /** All that are active, the one that started last first. */
  readonly journeys: readonly Journey[];
}

export interface ActiveJourneyWatchOptions extends PolledWatchOptions {
  trainerId?: string | null;
  /** Default 30000. */
  pollIntervalMs?: number;
}

/** The viewer's active journeys: what `useActiveJourney` shows, without React. */
export class ActiveJourneyWatch extends PolledWatch<ActiveJourneyState, readonly Journey[]> {
  constructor(private readonly options: ActiveJourneyWatchOptions) {
    super({ journey: null, journeys: [], loading: true }, options);
  }

  protected ask(signal: AbortSignalLike): Promise<readonly Journey[]> {
    return this.send(ActiveJourneysDocument, { trainerId: this.options.trainerId ?? null }, signal);
  }

  protected onAnswer(found: readonly Journey[]): number {
    const journeys = [...found].sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
    this.showAnswer({ journeys, journey: journeys[0] ?? null, loading: false });
    return this.options.pollIntervalMs ?? 30_000;
  }
}
