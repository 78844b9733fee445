import fc from 'fast-check';
import { Client } from 'pg';
import { createDatabase, type Database } from '../../src/database/client';
import type { JourneyChange } from '../../src/domain/journey';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ended, started } from '../support/journeys';
import { aSession } from '../support/sessions';

describe('The journey archive', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let client: Client;
  let lastId = 0;
  const session = aSession({ id: 'session' });
  const newStart = (): ReturnType<typeof started> => started(`journey-${++lastId}`, session);

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = createDatabase({ url: testDatabase.url, poolSize: 4, timeoutMs: 5_000 });
    client = new Client({ connectionString: testDatabase.url });
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.close();
    await testDatabase.drop();
  });

  const stored = async (id: string): Promise<unknown> => {
    const { rows } = await client.query(
      `SELECT id, session_id AS "sessionId", trainer_id AS "trainerId", student_id AS "studentId", state, version,
         (extract(epoch FROM started_at) * 1000)::float AS "startedAt",
         (extract(epoch FROM expires_at) * 1000)::float AS "expiresAt",
         (extract(epoch FROM ended_at) * 1000)::float AS "endedAt"
       FROM journey WHERE id = $1`,
      [id],
    );
    return rows[0];
  };

  it('holds a journey from its start on, to the millisecond', async () => {
    const start = newStart();
    await database.journeys.record([start]);
    await expect(stored(start.journey.id)).resolves.toEqual({ ...start.journey, endedAt: null });
  });

  it('has the end take the place of the start', async () => {
    const start = newStart();
    await database.journeys.record([start]);
    await database.journeys.record([ended(start, 'EXPIRED', 42)]);
    await expect(stored(start.journey.id)).resolves.toEqual(ended(start, 'EXPIRED', 42).journey);
  });

  it('keeps the summary of an end, and reads it back', async () => {
    const start = started(`journey-${++lastId}`, aSession({ id: 'summarized' }));
    const summary = {
      durationSeconds: 600,
      drivenMeters: 4321,
      signalLostSeconds: 12,
      rejectedFixes: 3,
      lateSeconds: -45,
    };
    const end = ended(start);
    const change = { ...end, journey: { ...end.journey, summary } };
    await database.journeys.record([start, change]);
    const request = { sessionId: 'summarized', limit: 5 };
    expect(await database.journeys.newestOf([request], {})).toEqual([[change.journey]]);
    expect(await database.journeys.newestOf([request], { trainerId: 'another' })).toEqual([[]]);
  });

  it('leaves the same record however often, in whatever order and batches the changes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 8 }), { maxLength: 5 }),
        async (batches) => {
          const starts = [newStart(), newStart(), newStart()];
          const changes: JourneyChange[] = starts.flatMap((start) => [start, ended(start)]);
          for (const batch of batches) await database.journeys.record(batch.map((index) => changes[index]!));
          const delivered = new Set(batches.flat());
          for (const [index, start] of starts.entries()) {
            const expected = delivered.has(2 * index + 1)
              ? ended(start).journey
              : delivered.has(2 * index)
                ? { ...start.journey, endedAt: null }
                : undefined;
            expect(await stored(start.journey.id)).toEqual(expected);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes the same changes from many processes at once, in any order, without a deadlock', async () => {
    const starts = Array.from({ length: 200 }, newStart);
    const changes: JourneyChange[] = starts.flatMap((start) => [start, ended(start)]);
    const shuffled = (): JourneyChange[] => [...changes].sort(() => Math.random() - 0.5);
    await Promise.all(Array.from({ length: 12 }, () => database.journeys.record(shuffled())));
    const { rows } = await client.query(
      `SELECT count(*)::int FROM journey WHERE state = 'ARRIVED' AND id = ANY($1)`,
      [starts.map(({ journey }) => journey.id)],
    );
    expect(rows).toEqual([{ count: 200 }]);
  });

  it('writes all of a batch or nothing', async () => {
    const [good, bad] = [newStart(), newStart()];
    const broken = { ...bad, journey: { ...bad.journey, version: 3_000_000_000 } };
    await expect(database.journeys.record([good, broken])).rejects.toThrow();
    await expect(stored(good.journey.id)).resolves.toBeUndefined();
  });

  it('writes thousands at once, and nothing for no changes', async () => {
    const starts = Array.from({ length: 5_000 }, newStart);
    await database.journeys.record(starts);
    await database.journeys.record([]);
    await expect(stored(starts.at(-1)!.journey.id)).resolves.toBeDefined();
  });

  it('keeps nothing but what the change says: no coordinate has a column', async () => {
    const { rows } = await client.query(
      `SELECT column_name FROM information_schema.columns WHERE table_name = 'journey' ORDER BY column_name`,
    );
    expect(rows.map(({ column_name }) => column_name)).toEqual([
      'driven_meters',
      'ended_at',
      'expires_at',
      'id',
      'late_seconds',
      'rejected_fixes',
      'session_id',
      'signal_lost_seconds',
      'started_at',
      'state',
      'student_id',
      'trainer_id',
      'version',
    ]);
  });
});
