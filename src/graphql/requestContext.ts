import DataLoader from 'dataloader';

import type { JourneyService } from '../domain/journeyService';
import type { LiveLocation } from '../domain/liveLocation';
import type { Session } from '../domain/session';
import type { Viewer } from '../domain/viewer';

/**
 * What one request carries to its resolvers. The loaders look each session up once, however often a document asks
 * for it, and join what it asks for in one moment: ten polls in one document, or a page of sessions with their live
 * locations, are one round trip.
 */
export class RequestContext {
  private liveLocations?: DataLoader<string, LiveLocation>;
  private sessions?: DataLoader<string, Session>;

  constructor(
    private readonly journeys: JourneyService,
    /** Throws UNAUTHENTICATED; called by the fields that need a viewer, so that introspection needs no token. */
    readonly viewer: () => Viewer,
  ) {}

  liveLocation(sessionId: string): Promise<LiveLocation> {
    this.liveLocations ??= this.loader((viewer, id) => this.journeys.liveLocation(viewer, id));
    return this.liveLocations.load(sessionId);
  }

  session(sessionId: string): Promise<Session> {
    this.sessions ??= this.loader((viewer, id) => this.journeys.session(viewer, id));
    return this.sessions.load(sessionId);
  }

  /** Runs a mutation; what was looked up before is then no longer true, and the next one of the document sees that. */
  async change<T>(act: (viewer: Viewer) => Promise<T>): Promise<T> {
    try {
      return await act(this.viewer());
    } finally {
      this.liveLocations = undefined;
      this.sessions = undefined;
    }
  }

  private loader<T>(load: (viewer: Viewer, id: string) => Promise<T>): DataLoader<string, T> {
    const viewer = this.viewer();
    // All in one tick: the reading Redis client joins them into one round trip.
    return new DataLoader(
      (ids) => {
        const found = ids.map((id) => load(viewer, id).catch((error: Error) => error));
        // Nearly every document asks for one session, and Promise.all is as dear as all the rest of a loader.
        return found.length === 1 ? found[0]!.then((one) => [one]) : Promise.all(found);
      },
      // The default waits for a tick more than the resolvers of one moment need; queueMicrotask is dearer.
      { batchScheduleFn: (dispatch) => void Promise.resolve().then(dispatch) },
    );
  }
}
