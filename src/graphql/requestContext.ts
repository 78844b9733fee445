import type { JourneyService } from '../domain/journeyService';
import type { LiveLocation } from '../domain/liveLocation';
import type { Session } from '../domain/session';
import type { Viewer } from '../domain/viewer';

/**
 * What one request carries to its resolvers. Each session is looked up once however often a document asks for
 * it; and what is looked up in one moment, ten polls in one document or a page of sessions with their live
 * locations, the reading Redis client joins into one round trip.
 */
export class RequestContext {
  private readonly liveLocations = new Map<string, Promise<LiveLocation>>();
  private readonly sessions = new Map<string, Promise<Session>>();

  constructor(
    private readonly journeys: JourneyService,
    /** Throws UNAUTHENTICATED; called by the fields that need a viewer, so that introspection needs no token. */
    readonly viewer: () => Viewer,
  ) {}

  liveLocation(sessionId: string): Promise<LiveLocation> {
    return once(this.liveLocations, sessionId, () => this.journeys.liveLocation(this.viewer(), sessionId));
  }

  session(sessionId: string): Promise<Session> {
    return once(this.sessions, sessionId, () => this.journeys.session(this.viewer(), sessionId));
  }
}

function once<T>(results: Map<string, Promise<T>>, id: string, load: () => Promise<T>): Promise<T> {
  let result = results.get(id);
  if (!result) results.set(id, (result = load()));
  return result;
}
