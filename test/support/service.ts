import { randomUUID } from 'node:crypto';
import pino from 'pino';
import { SignJWT, type JWTPayload } from 'jose';
import { Redis } from 'ioredis';

import { createApp, type App } from '../../src/app';
import { readConfig } from '../../src/config/readConfig';
import type { Role } from '../../src/domain/viewer';
import type { Session } from '../../src/domain/session';
import { loggerOptions } from '../../src/logger';
import { Keys } from '../../src/redis/keys';
import { createTestDatabase, type TestDatabase } from './database';
import { deleteByPrefix, testKeyPrefix, testRedisUrl } from './redis';
import { aSession, bookSessions } from './sessions';

export const HOME = { latitude: 52.52, longitude: 13.405 };
const METERS_PER_DEGREE = 111_195.08;

/** A place so many metres north of HOME. */
export const metersFromHome = (meters: number) => ({
  latitude: HOME.latitude + meters / METERS_PER_DEGREE,
  longitude: HOME.longitude,
});

type TokenRole = Lowercase<Exclude<Role, 'GUEST'>>;

export interface GraphQLAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: any;
  readonly errors: any[] | undefined;
  /** The first error's code; undefined when there is none. */
  readonly code: string | undefined;
}

/** A viewer with a token, who sends requests over HTTP as a phone does. */
export class Actor {
  constructor(
    private readonly url: () => string,
    readonly id: string,
    readonly token: string | null,
  ) {}

  async ask(
    query: string,
    variables: object = {},
    headers: Record<string, string> = {},
  ): Promise<GraphQLAnswer> {
    const response = await fetch(`${this.url()}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    const body = (await response.json()) as { data?: unknown; errors?: any[] };
    return {
      status: response.status,
      headers: response.headers,
      data: body.data,
      errors: body.errors,
      code: body.errors?.[0]?.extensions?.code,
    };
  }

  start(sessionId: string, clientRequestId?: string) {
    return this.ask(
      `mutation ($sessionId: ID!, $clientRequestId: ID) {
        startJourney(sessionId: $sessionId, clientRequestId: $clientRequestId) {
          id sessionId trainerId studentId state startedAt expiresAt endedAt session { id status home { latitude longitude } }
        }
      }`,
      { sessionId, clientRequestId },
    );
  }

  update(sessionId: string, location: object) {
    return this.ask(
      `mutation ($sessionId: ID!, $location: LocationInput!) {
        updateLocation(sessionId: $sessionId, location: $location) {
          sessionId version status nextUpdateMs distanceMeters canMarkArrived
        }
      }`,
      { sessionId, location },
    );
  }

  updateBatch(sessionId: string, locations: object[], sentAt?: string) {
    return this.ask(
      `mutation ($sessionId: ID!, $locations: [LocationInput!]!, $sentAt: DateTime) {
        updateLocations(sessionId: $sessionId, locations: $locations, sentAt: $sentAt) {
          sessionId version results { index status rejection } nextUpdateMs distanceMeters canMarkArrived
        }
      }`,
      { sessionId, locations, sentAt },
    );
  }

  arrive(sessionId: string, location?: object) {
    return this.ask(
      `mutation ($sessionId: ID!, $location: LocationInput) {
        markArrived(sessionId: $sessionId, location: $location) { id state startedAt endedAt }
      }`,
      { sessionId, location },
    );
  }

  stop(sessionId: string) {
    return this.ask(
      `mutation ($sessionId: ID!) { stopJourney(sessionId: $sessionId) { id state endedAt } }`,
      {
        sessionId,
      },
    );
  }

  refresh(sessionId: string) {
    return this.ask(
      `mutation ($sessionId: ID!) { refreshSession(sessionId: $sessionId) { id status trainerId } }`,
      {
        sessionId,
      },
    );
  }

  share(sessionId: string, expiresInSeconds?: number) {
    return this.ask(
      `mutation ($sessionId: ID!, $expiresInSeconds: Int) {
        shareJourney(sessionId: $sessionId, expiresInSeconds: $expiresInSeconds) {
          share { id sessionId createdAt expiresAt } token
        }
      }`,
      { sessionId, expiresInSeconds },
    );
  }

  revoke(sessionId: string, shareId: string) {
    return this.ask(
      `mutation ($sessionId: ID!, $shareId: ID!) { revokeShare(sessionId: $sessionId, shareId: $shareId) }`,
      { sessionId, shareId },
    );
  }

  shares(id: string) {
    return this.ask('query ($id: ID!) { session(id: $id) { shares { id sessionId createdAt expiresAt } } }', {
      id,
    });
  }

  poll(sessionId: string) {
    return this.ask(
      `query ($sessionId: ID!) {
        liveLocation(sessionId: $sessionId) {
          sessionId journeyId trainerId state isActive version
          location { latitude longitude accuracy heading speed capturedAt receivedAt }
          signal distanceMeters startedAt endedAt pollAfterMs
        }
      }`,
      { sessionId },
    );
  }
}

export interface Booking {
  readonly id: string;
  readonly session: Session;
  readonly trainer: Actor;
  readonly student: Actor;
}

/** The whole service over HTTP, in this process, on stores of its own. */
export class TestService {
  private app!: App;
  private url!: string;
  private readonly secret = randomUUID();
  /** Lines of JSON. Only fatal errors are logged, unless LOG_LEVEL is set. */
  readonly log: string[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly redis: Redis,
    readonly prefix: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param env settings of the app, or a function that gets the new database's URL, to connect the app through a proxy */
  static async start(
    env: NodeJS.ProcessEnv | ((databaseUrl: string) => NodeJS.ProcessEnv) = {},
  ): Promise<TestService> {
    const database = await createTestDatabase();
    const settings = typeof env === 'function' ? env(database.url) : env;
    const service = new TestService(database, new Redis(testRedisUrl()), testKeyPrefix(), settings);
    await service.startApp();
    return service;
  }

  /** The Redis keys of this service's state. */
  get keys(): Keys {
    return new Keys(this.prefix);
  }

  get address(): string {
    return this.url;
  }

  async startApp(): Promise<void> {
    ({ app: this.app, url: this.url } = await this.createApp());
  }

  /** Another process of the same service, as a load balancer knows several. */
  async startPeer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
    const { app, url } = await this.createApp();
    return { url, stop: () => app.stop() };
  }

  private async createApp(): Promise<{ app: App; url: string }> {
    const config = readConfig({
      AUTH_JWT_SECRET: this.secret,
      REDIS_URL: testRedisUrl(),
      DATABASE_URL: this.database.url,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'fatal',
      EVENTS: 'off',
      // A busy machine, on which the test and the service share one thread, is neither an outage nor an overload.
      REDIS_TIMEOUT_MS: '5000',
      MAX_EVENT_LOOP_DELAY_MS: 'off',
      ...this.env,
    });
    const logger = pino(loggerOptions(config.log.level), { write: (line) => void this.log.push(line) });
    const app = await createApp(config, { logger, keyPrefix: this.prefix });
    return { app, url: (await app.start()).url };
  }

  stopApp(): Promise<void> {
    return this.app.stop();
  }

  async stop(): Promise<void> {
    await this.app.stop();
    await deleteByPrefix(this.redis, this.prefix);
    this.redis.disconnect();
    await this.database.drop();
  }

  async actor(id: string, role: TokenRole, expiresIn = '1h'): Promise<Actor> {
    return new Actor(() => this.url, id, await this.sign({ sub: id, role }, expiresIn));
  }

  /** Someone whose token has these claims. */
  async actorWith(claims: JWTPayload & { readonly sub: string }): Promise<Actor> {
    return new Actor(() => this.url, claims.sub, await this.sign(claims));
  }

  private sign(claims: JWTPayload, expiresIn = '1h'): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime(expiresIn)
      .sign(new TextEncoder().encode(this.secret));
  }

  /** @param url of another process; this service's own when left out */
  nobody(token: string | null = null, url?: string): Actor {
    return new Actor(() => url ?? this.url, 'nobody', token);
  }

  /** A booked session with a trainer and a student of its own. */
  async book(fields: Partial<Session> = {}): Promise<Booking> {
    const session = aSession({
      id: `session-${randomUUID()}`,
      trainerId: `trainer-${randomUUID()}`,
      studentId: `student-${randomUUID()}`,
      scheduledAt: Date.now() + 3_600_000,
      home: HOME,
      ...fields,
    });
    await this.rebook(session);
    return {
      id: session.id,
      session,
      trainer: await this.actor(session.trainerId, 'trainer'),
      student: await this.actor(session.studentId, 'student'),
    };
  }

  /** Adds or changes a session, as the booking system would. */
  rebook(session: Session): Promise<void> {
    return bookSessions(this.database.url, session);
  }
}
