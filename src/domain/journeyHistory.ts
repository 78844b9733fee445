import DataLoader from 'dataloader';

import type { Journey } from './journey';
import type { JourneyService } from './journeyService';
import { asEnded } from './liveLocation';
import type { JourneyArchive, NewestJourneysRequest } from './ports';
import { requirePageSize } from './sessionLists';
import { readsEverything, studentIdsOf, type Viewer } from './viewer';

export const DEFAULT_HISTORY_SIZE = 10;

/** Reads the journeys of one session, newest first. */
export type ReadHistory = (sessionId: string, first: number) => Promise<readonly Journey[]>;

/** The journeys of sessions, for those who took part in them and for operators. */
export class JourneyHistory {
  constructor(
    private readonly journeys: JourneyService,
    private readonly archive: JourneyArchive,
  ) {}

  /** For one viewer. What it reads in one tick is one statement. */
  readerFor(viewer: Viewer): ReadHistory {
    const own = viewer.role === 'TRAINER' ? { trainerId: viewer.id } : { studentIds: studentIdsOf(viewer) };
    const readable = readsEverything(viewer) ? {} : own;
    const recorded = new DataLoader(
      (requests: readonly NewestJourneysRequest[]) => this.archive.newestOf(requests, readable),
      { cache: false },
    );
    return async (sessionId, first) => {
      requirePageSize('first', first);
      // The durable record lags behind the live store, which knows the newest journey.
      const [newest, others] = await Promise.all([
        this.journeys.lastJourney(viewer, sessionId),
        recorded.load({ sessionId, limit: first }),
      ]);
      return [...(newest ? [newest] : []), ...endedOthers(others, newest)]
        .sort((one, other) => other.startedAt - one.startedAt)
        .slice(0, first);
    };
  }
}

/**
 * The other journeys as they ended. One that the record has as EN_ROUTE has ended, for it is not the newest one: its end
 * is on its way to the record, and until then the journey is left out.
 */
const endedOthers = (recorded: readonly Journey[], newest: Journey | null): Journey[] =>
  recorded
    .filter(({ id }) => id !== newest?.id)
    .map((journey) => asEnded(journey, Date.now()))
    .filter((journey) => journey !== null);
