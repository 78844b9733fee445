import { randomUUID } from 'node:crypto';

import { createDatabase, type Database } from '../../src/database/client';
import { Guests } from '../../src/domain/guests';
import { JourneyService } from '../../src/domain/journeyService';
import { LocationUpdates } from '../../src/domain/locationUpdates';
import { SessionAccess } from '../../src/domain/sessionAccess';
import type { JourneyStore } from '../../src/domain/ports';
import type { Session } from '../../src/domain/session';
import { Sessions } from '../../src/domain/sessions';
import type { Viewer } from '../../src/domain/viewer';
import { RedisShareStore } from '../../src/redis/shareStore';
import { RedisUpdateRate } from '../../src/redis/updateRate';
import { createTestDatabase, type TestDatabase } from './database';
import { FaultProxy } from './faultProxy';
import { aSession, bookSessions } from './sessions';
import { TestStore } from './store';

const DATABASE_TIMEOUT_MS = 1000;

/** The domain on both real stores, without HTTP, and a count of its database reads. */
export class TestDomain {
  /** The number of calls of `findByIds` so far. */
  reads = 0;
  /** The number of reads of `unattended` so far. */
  searches = 0;
  readonly sessions: Sessions;
  readonly database: Database;

  private constructor(
    readonly live: TestStore,
    /** Between the domain and PostgreSQL. */
    readonly proxy: FaultProxy,
    readonly tables: TestDatabase,
  ) {
    const url = new URL(tables.url);
    url.port = String(proxy.port);
    this.database = createDatabase({
      url: url.href,
      poolSize: 2,
      timeoutMs: DATABASE_TIMEOUT_MS,
      onCall: ({ operation }) => {
        this.reads += operation === 'findByIds' ? 1 : 0;
        this.searches += operation === 'unattended' ? 1 : 0;
      },
    });
    this.sessions = new Sessions(live.store, this.database.sessions);
  }

  /** @param redisUrl URL of a Redis of its own; the one that all tests share when left out */
  static async open(redisUrl?: string): Promise<TestDomain> {
    const [live, tables] = await Promise.all([TestStore.open({}, redisUrl), createTestDatabase()]);
    const domain = new TestDomain(live, await FaultProxy.start(Number(new URL(tables.url).port)), tables);
    // As the service does it: the first query of a process takes long.
    await domain.database.warmUp();
    return domain;
  }

  async close(): Promise<void> {
    this.proxy.heal();
    await Promise.all([this.live.close(), this.database.close()]);
    await this.proxy.stop();
    await this.tables.drop();
  }

  /** @param meanwhile for methods of the live store, what happens concurrently just before each call */
  journeys(meanwhile: Partial<Record<keyof JourneyStore, () => Promise<unknown>>> = {}): JourneyService {
    const store = Object.create(this.live.store) as Record<string, unknown> & JourneyStore;
    for (const [method, act] of Object.entries(meanwhile)) {
      store[method] = async (...args: unknown[]) => {
        await act();
        return (this.live.store[method as keyof JourneyStore] as (...args: unknown[]) => unknown)(...args);
      };
    }
    const sessions = new Sessions(store, this.database.sessions);
    const { policy, scripts, keys } = this.live;
    const onChange = (): void => undefined;
    return new JourneyService({
      store,
      sessions,
      updates: new LocationUpdates({
        store,
        rate: new RedisUpdateRate(scripts, keys, policy),
        access: new SessionAccess(sessions),
        policy,
        onChange,
      }),
      guests: new Guests({
        store: new RedisShareStore(scripts, keys),
        sessions,
        afterEndMs: policy.shareAfterEndMs,
        guessesPerMinute: 60,
      }),
      policy,
      newJourneyId: randomUUID,
      onChange,
    });
  }

  /** A booked session with a trainer and a student of its own. */
  async book(fields: Partial<Session> = {}): Promise<Session> {
    const session = aSession({
      id: `s-${randomUUID()}`,
      trainerId: `t-${randomUUID()}`,
      studentId: `u-${randomUUID()}`,
      scheduledAt: Date.now() + 3_600_000,
      ...fields,
    });
    await bookSessions(this.tables.url, session);
    return session;
  }
}

export const trainerOf = ({ trainerId }: Session): Viewer => ({ id: trainerId, role: 'TRAINER' });
export const studentOf = ({ studentId }: Session): Viewer => ({ id: studentId, role: 'STUDENT' });
