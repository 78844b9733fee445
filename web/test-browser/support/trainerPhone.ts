import type { Place } from '../../src/map/geometry';
import type { Service } from './service';
import type { TestSession } from './sessions';
import { tokenFor } from './token';

/** The pace of `QUICK`, and a little. */
const POLL_MS = 1100;

/** Places so many metres from a home, on a line from the south-west: of a street as good as any. */
export function along(home: Place, distancesMeters: readonly number[]): Place[] {
  return distancesMeters.map((meters) => ({
    latitude: home.latitude - (meters * 0.94) / 111_195,
    longitude: home.longitude - (meters * 0.34) / (111_195 * Math.cos((home.latitude * Math.PI) / 180)),
  }));
}

/** A trainer's phone without a screen, for stories about the student's. */
export class TrainerPhone {
  private readonly token: Promise<string>;

  constructor(
    private readonly service: Service,
    private readonly session: TestSession,
  ) {
    this.token = tokenFor(session.trainerId, 'trainer');
  }

  start(): Promise<unknown> {
    return this.ask('mutation($id: ID!) { startJourney(sessionId: $id) { id } }');
  }

  /** @param place taken now, with the facts a phone in a car gives. */
  send(place: Place, facts: { heading?: number; accuracy?: number } = {}): Promise<unknown> {
    const location = {
      latitude: place.latitude,
      longitude: place.longitude,
      accuracy: 12,
      speed: 9,
      ...facts,
    };
    return this.ask(
      'mutation($id: ID!, $location: LocationInput!) { updateLocation(sessionId: $id, location: $location) { version } }',
      { location },
    );
  }

  /** Sends one place after the other, in the students' pace of polling. */
  async drive(places: readonly Place[], facts: { heading?: number; accuracy?: number } = {}): Promise<void> {
    for (const [i, place] of places.entries()) {
      if (i > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      await this.send(place, facts);
    }
  }

  arrive(): Promise<unknown> {
    return this.ask('mutation($id: ID!) { markArrived(sessionId: $id) { id } }');
  }

  stop(): Promise<unknown> {
    return this.ask('mutation($id: ID!) { stopJourney(sessionId: $id) { id } }');
  }

  private async ask(query: string, variables: object = {}): Promise<unknown> {
    return this.service.ask(await this.token, query, { id: this.session.id, ...variables });
  }
}
