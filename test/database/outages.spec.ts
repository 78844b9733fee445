import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import type { DatabaseCall } from '../../src/database/calls';
import { createDatabase, type Database } from '../../src/database/client';
import { migrate } from '../../src/database/migrate';
import { startPostgres } from '../../demo/stores/postgres';
import type { EmbeddedStore } from '../../demo/stores/store';
import { JourneyError } from '../../src/domain/errors';
import { ended, started } from '../support/journeys';
import { descendantsOf } from '../support/processes';
import { aSession, bookSessions } from '../support/sessions';

const TIMEOUT_MS = 500;
/** What the machine may be late by. */
const SLACK_MS = 1000;

describe('While the database is away', () => {
  let postgres: EmbeddedStore;
  let database: Database;
  const calls: DatabaseCall[] = [];
  const session = aSession({ id: 'session' });

  beforeEach(async () => {
    postgres = await startPostgres();
    await migrate(postgres.url);
    await bookSessions(postgres.url, session);
    calls.length = 0;
    database = createDatabase({
      url: postgres.url,
      poolSize: 3,
      timeoutMs: TIMEOUT_MS,
      onCall: (call) => calls.push(call),
    });
    await database.ping();
  });

  afterEach(async () => {
    await database.close();
    await postgres.stop();
  });

  const operations: [string, () => Promise<unknown>][] = [
    ['findByIds', () => database.sessions.findByIds(['session'])],
    ['page', () => database.sessions.page({ limit: 10 })],
    ['record', () => database.journeys.record([started('journey', session)])],
    ['ping', () => database.ping()],
  ];

  /** How the call ended, and how long it took. */
  const outcome = async (call: () => Promise<unknown>): Promise<{ error: unknown; ms: number }> => {
    const start = performance.now();
    const error = await call().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { error, ms: performance.now() - start };
  };

  const expectUnavailable = (error: unknown): void => {
    expect(JourneyError.is(error, 'STORE_UNAVAILABLE')).toBe(true);
    expect((error as JourneyError).extensions).toEqual({
      store: 'database',
      retryAfterMs: expect.any(Number),
    });
  };

  const untilAnswered = async (): Promise<number> => {
    const start = performance.now();
    while ((await outcome(operations[0]![1])).error !== undefined) await sleep(50);
    return performance.now() - start;
  };

  it('every operation fails as STORE_UNAVAILABLE, and all work again within 2 s of its return', async () => {
    await postgres.halt();
    for (const [, operation] of operations) expectUnavailable((await outcome(operation)).error);

    await postgres.resume();
    await expect(untilAnswered()).resolves.toBeLessThan(2_000);
    for (const [, operation] of operations) expect((await outcome(operation)).error).toBeUndefined();
  });

  it('calls fail at once after a few failures, and are reported', async () => {
    await postgres.halt();
    for (let attempt = 0; attempt < 6; attempt++) await outcome(operations[0]![1]);
    const fast = await Promise.all(Array.from({ length: 50 }, () => outcome(operations[0]![1])));
    for (const { error, ms } of fast) {
      expectUnavailable(error);
      expect(ms).toBeLessThan(TIMEOUT_MS / 2);
    }
    expect(calls.at(-1)).toEqual({
      operation: 'findByIds',
      seconds: expect.any(Number),
      outcome: 'unavailable',
    });
  });

  it('a server that hangs costs no caller more than the deadline, also with more callers than connections', async () => {
    // One connection is warm; the others have yet to be made.
    const processes = [postgres.pid, ...descendantsOf(postgres.pid)];
    for (const pid of processes) process.kill(pid, 'SIGSTOP');
    try {
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => outcome(operations[0]![1])));
      for (const { error, ms } of outcomes) {
        expectUnavailable(error);
        expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      }
    } finally {
      for (const pid of processes) process.kill(pid, 'SIGCONT');
    }
    await expect(untilAnswered()).resolves.toBeLessThan(2_000);
  });

  it('can be closed while the server hangs', async () => {
    const processes = [postgres.pid, ...descendantsOf(postgres.pid)];
    for (const pid of processes) process.kill(pid, 'SIGSTOP');
    try {
      const hanging = outcome(operations[0]![1]);
      const { ms } = await outcome(() => database.close());
      expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
      expectUnavailable((await hanging).error);
    } finally {
      for (const pid of processes) process.kill(pid, 'SIGCONT');
    }
    database = createDatabase({ url: postgres.url, poolSize: 3, timeoutMs: TIMEOUT_MS });
  });

  it('a write whose answer was lost may be sent again', async () => {
    const start = started('journey', session);
    const blocker = new Client({ connectionString: postgres.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE journey IN EXCLUSIVE MODE');
    expectUnavailable((await outcome(() => database.journeys.record([start, ended(start)]))).error);
    await blocker.query('COMMIT');
    await blocker.end();
    await database.journeys.record([start, ended(start)]);
    const record = (await database.sessions.findByIds(['session'])).get('session');
    expect(record?.lastJourney).toEqual(ended(start).journey);
  });

  it('connections that an administrator ends are replaced without a caller noticing more than one failure', async () => {
    await Promise.all(operations.map(([, operation]) => operation()));
    const admin = new Client({ connectionString: postgres.url });
    await admin.connect();
    await admin.query(
      // It waits up to 5 s for the end of each.
      `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'journey-service'`,
    );
    await admin.end();
    await new Promise(setImmediate);
    for (const [, operation] of operations) expect((await outcome(operation)).error).toBeUndefined();
  });

  it('an internal error is reported as such, and not as an outage', async () => {
    const admin = new Client({ connectionString: postgres.url });
    await admin.connect();
    await admin.query('ALTER TABLE session RENAME COLUMN trainer_id TO coach_id');
    await admin.end();
    for (let attempt = 0; attempt < 10; attempt++) {
      const { error } = await outcome(operations[0]![1]);
      expect(error).not.toBeInstanceOf(JourneyError);
      expect(String(error)).toContain('trainer_id');
    }
    expect(calls.at(-1)?.outcome).toBe('fault');
    await database.ping();
  });
});

it('A database that was never there fails as STORE_UNAVAILABLE, and close() returns', async () => {
  const database = createDatabase({
    url: 'postgres://nobody@127.0.0.1:1/none',
    poolSize: 1,
    timeoutMs: TIMEOUT_MS,
  });
  await expect(database.ping()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  await database.close();
});
