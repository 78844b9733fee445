import { FaultyNetwork } from '../../../client/test/support/FaultyNetwork';
import { newPhone, phone, systemPause, type FakePhone, type Place } from './FakePhone';

export interface Booking {
  readonly id: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly home: Place;
  readonly tokens: { readonly trainer: string; readonly student: string };
}

const { systemFetch } = globalThis as unknown as { systemFetch: typeof fetch };
const environment = process.env;

async function ask<T>(path: string, body: object): Promise<T> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await systemFetch(`${environment['JOURNEY_TEST_DESK']}${path}`, init);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as T;
}

export const book = (facts: object = {}): Promise<Booking> => ask('/book', facts);

/** Ready to be given to the app, also one that expired. */
export const tokenFor = (sub: string, role: string, ttlSeconds = 3600): Promise<string> =>
  ask('/token', { sub, role, ttlSeconds });

/** One more process of the service, with other settings, on the same stores. */
export const startService = (settings: Record<string, string>): Promise<{ url: string }> =>
  ask('/service', settings);

/** What anybody's other device asks of the service, without the app. */
export async function graphql<T = Record<string, unknown>>(
  token: string,
  query: string,
  serviceUrl = environment['JOURNEY_TEST_SERVICE'],
): Promise<T> {
  const response = await systemFetch(`${serviceUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: { message: string }[] };
  if (errors) throw new Error(errors[0]!.message);
  return data;
}

interface Live {
  readonly state: string;
  readonly signal: string | null;
  readonly distanceMeters: number | null;
  readonly version: number;
  readonly trackingProblem?: string | null;
}

/** What the student's own phone knows. */
export async function poll({ id, tokens }: Booking): Promise<Live> {
  const query = `{ liveLocation(sessionId: "${id}") { state signal distanceMeters version trackingProblem } }`;
  return (await graphql<{ liveLocation: Live }>(tokens.student, query)).liveLocation;
}

export const northOf = (home: Place, meters: number): Place => ({
  latitude: home.latitude + meters / 111_195,
  longitude: home.longitude,
});

export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Still not after ${withinMs} ms: ${what}`);
    await systemPause(20);
  }
}

/** For each test a booking, and for each phone of it a network that can fail, between it and the service. */
export class World {
  phone!: FakePhone;
  network!: FaultyNetwork;
  booking!: Booking;

  /** `serviceUrl`: of another process than all tests share. */
  async begin(serviceUrl = environment['JOURNEY_TEST_SERVICE']): Promise<void> {
    this.phone = newPhone();
    this.phone.installTimers();
    this.network = await FaultyNetwork.to(`${serviceUrl}/graphql`);
    process.env.EXPO_PUBLIC_SERVICE_URL = new URL(this.network.url).origin;
    this.booking = await book();
  }

  async end(): Promise<void> {
    phone().kill();
    await this.network.stop();
  }

  signedIn(role: 'trainer' | 'student'): void {
    this.phone.secrets.set('journey.token', this.booking.tokens[role]);
  }

  /** Into a pocket with nothing left in flight: an answer that came there would set a timer, and none fires. */
  async pocket(): Promise<void> {
    this.phone.pocket();
    await until('nothing is in flight', () => this.phone.requestsInFlight === 0);
  }

  /** Past the door of the service's limiter, which takes one request in 0.15 s. */
  async driveTo(meters: number, coords: object = {}): Promise<void> {
    await systemPause(400);
    await this.phone.drive(northOf(this.booking.home, meters), coords);
  }

  offline(): void {
    this.network.fault = () => 'cut';
  }

  online(): void {
    this.network.fault = () => null;
  }
}
