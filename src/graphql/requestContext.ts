import type { Journey } from '../domain/journey';
import type { JourneyHistory, ReadHistory } from '../domain/journeyHistory';
import type { JourneyService } from '../domain/journeyService';
import type { LiveLocation } from '../domain/liveLocation';
import type { Session } from '../domain/session';
import type { Viewer } from '../domain/viewer';
import type { OperationRequest } from './execution/operationRequest';

/**
 * What one request carries to its resolvers. Each session is looked up once, however often a document asks for it.
 * Look-ups that begin in one tick share a round trip, because the Redis client writes them together: ten polls in
 * one document, or a page of sessions with their live locations.
 */
export class RequestContext {
  private liveLocations?: Map<string, Promise<LiveLocation>>;
  private sessions?: Map<string, Promise<Session>>;
  private readHistory?: ReadHistory;

  constructor(
    private readonly services: { readonly journeys: JourneyService; readonly history: JourneyHistory },
    /** Throws UNAUTHENTICATED. Called by the guards of root fields, so that introspection needs no token. */
    readonly viewer: () => Viewer,
    readonly request: OperationRequest,
  ) {}

  /** `trailAfter`: after which version the document needs the trail; null: it does not. */
  liveLocation(sessionId: string, trailAfter: number | null): Promise<LiveLocation> {
    this.liveLocations ??= new Map();
    let lookUp = this.liveLocations.get(sessionId);
    if (!lookUp) {
      lookUp = this.services.journeys.liveLocation(this.viewer(), sessionId, trailAfter);
      this.liveLocations.set(sessionId, lookUp);
    }
    return lookUp;
  }

  session(sessionId: string): Promise<Session> {
    this.sessions ??= new Map();
    let lookUp = this.sessions.get(sessionId);
    if (!lookUp) {
      lookUp = this.services.journeys.session(this.viewer(), sessionId);
      this.sessions.set(sessionId, lookUp);
    }
    return lookUp;
  }

  /** The session's journeys, newest first. */
  journeysOf(sessionId: string, first: number): Promise<readonly Journey[]> {
    this.readHistory ??= this.services.history.readerFor(this.viewer());
    return this.readHistory(sessionId, first);
  }

  /** Runs a mutation. What was looked up before it may have changed, so the next field looks again. */
  async change<T>(mutation: (viewer: Viewer) => Promise<T>): Promise<T> {
    try {
      return await mutation(this.viewer());
    } finally {
      this.liveLocations = undefined;
      this.sessions = undefined;
    }
  }
}
