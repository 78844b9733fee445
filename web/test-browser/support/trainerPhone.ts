import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toCentimetres, type Place } from '../../src/map/geometry';
import type { Service } from './service';
import type { TestSession } from './sessions';
import { tokenFor } from './token';

/** Between two fixes of a drive: the students' poll interval by `QUICK`, and a little. */
const POLL_MS = 1100;

/** Places so many metres from a home, on a line from the south-west: of a street as good as any. */
export function along(home: Place, distancesMeters: readonly number[]): Place[] {
  return distancesMeters.map((meters) =>
    toCentimetres({
      latitude: home.latitude - (meters * 0.94) / 111_195,
      longitude: home.longitude - (meters * 0.34) / (111_195 * Math.cos((home.latitude * Math.PI) / 180)),
    }),
  );
}

/** A trainer's phone without a screen, for stories about the student's. */
export class TrainerPhone {
  private readonly token: Promise<string>;
  private sentAt = -Infinity;

  constructor(
    private readonly service: Service,
    private readonly session: TestSession,
  ) {
    this.token = tokenFor(session.trainerId, 'trainer');
  }

  start(): Promise<unknown> {
    return this.ask(
      'mutation($id: ID!, $request: ID) { startJourney(sessionId: $id, clientRequestId: $request) { id } }',
      { request: randomUUID() },
    );
  }

  /** @param place taken now, with the facts a phone in a car gives. */
  send(place: Place, facts: { heading?: number; accuracy?: number } = {}): Promise<unknown> {
    this.sentAt = performance.now();
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

  /**
   * Sends one place after the other at the students' poll interval, the first one interval after whatever was sent
   * before: a story that goes on at once must not make a car of it that is too fast to be true.
   */
  async drive(places: readonly Place[], facts: { heading?: number; accuracy?: number } = {}): Promise<void> {
    for (const place of places) {
      await sleep(Math.max(0, this.sentAt + POLL_MS - performance.now()));
      await this.send(place, facts);
    }
  }

  /** Why it sends nothing; null: all is well again. */
  report(problem: string | null): Promise<unknown> {
    return this.ask(
      'mutation($id: ID!, $problem: TrackingProblem) { reportTrackingProblem(sessionId: $id, problem: $problem) { id } }',
      { problem },
    );
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
