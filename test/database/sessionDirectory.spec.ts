import { createDatabase, type Database } from '../../src/database/client';
import type { DatabaseCall } from '../../src/database/calls';
import type { SessionFilter, SessionPage, SessionPosition } from '../../src/domain/sessionPages';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { ended, started } from '../support/journeys';
import { aSession, bookSessions, unbookSession } from '../support/sessions';

describe('The session directory', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  const calls: DatabaseCall[] = [];

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = createDatabase({
      url: testDatabase.url,
      poolSize: 4,
      timeoutMs: 2_000,
      onCall: (call) => calls.push(call),
    });
  });

  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });

  describe('by id', () => {
    it('gives each session as it was booked, and leaves out ids that nobody booked', async () => {
      const one = aSession({
        id: 'one',
        status: 'CANCELLED',
        scheduledAt: Date.parse('2026-12-31T23:59:59.999Z'),
      });
      const two = aSession({ id: 'two', home: { latitude: -33.123456789, longitude: 179.999999999 } });
      await bookSessions(testDatabase.url, one, two);
      const found = await database.sessions.findByIds(['two', 'nobody', 'one', "o'ne", '']);
      expect(new Map(found)).toEqual(
        new Map([
          ['one', { session: one, lastJourney: null }],
          ['two', { session: two, lastJourney: null }],
        ]),
      );
    });

    it('gives the newest journey of each, and no other session’s', async () => {
      const session = aSession({ id: 'walked' });
      const other = aSession({ id: 'waiting' });
      await bookSessions(testDatabase.url, session, other);
      const early = started('journey-early', session, session.scheduledAt - 1);
      const late = started('journey-late', session, session.scheduledAt + 1);
      await database.journeys.record([late, ended(late, 'STOPPED'), early]);

      const found = await database.sessions.findByIds(['walked', 'waiting']);
      expect(found.get('walked')?.lastJourney).toEqual(ended(late, 'STOPPED').journey);
      expect(found.get('waiting')?.lastJourney).toBeNull();
    });

    it('says a journey is EN_ROUTE as long as no end was recorded, also past its deadline', async () => {
      const session = aSession({ id: 'overdue', scheduledAt: 1_000 });
      await bookSessions(testDatabase.url, session);
      const start = started('journey-overdue', session);
      await database.journeys.record([start]);
      expect((await database.sessions.findByIds(['overdue'])).get('overdue')?.lastJourney).toEqual(
        start.journey,
      );
    });

    it('reads what the journey itself recorded, though the session has another trainer now', async () => {
      const session = aSession({ id: 'handed-over', trainerId: 'first' });
      const start = started('journey-handed-over', session);
      await bookSessions(testDatabase.url, { ...session, trainerId: 'second' });
      await database.journeys.record([start]);
      const record = (await database.sessions.findByIds(['handed-over'])).get('handed-over');
      expect(record?.session.trainerId).toBe('second');
      expect(record?.lastJourney?.trainerId).toBe('first');
    });

    it('needs one call for a thousand ids and none for no ids', async () => {
      calls.length = 0;
      await database.sessions.findByIds(Array.from({ length: 1_000 }, (_, index) => `id-${index}`));
      await database.sessions.findByIds([]);
      expect(calls).toEqual([{ operation: 'findByIds', seconds: expect.any(Number), outcome: 'ok' }]);
    });

    it('no longer knows a session that was deleted, whose journeys stay', async () => {
      const session = aSession({ id: 'deleted' });
      await bookSessions(testDatabase.url, session);
      await database.journeys.record([started('journey-deleted', session)]);
      await unbookSession(testDatabase.url, 'deleted');
      expect((await database.sessions.findByIds(['deleted'])).size).toBe(0);

      await bookSessions(testDatabase.url, session);
      expect((await database.sessions.findByIds(['deleted'])).get('deleted')?.lastJourney?.id).toBe(
        'journey-deleted',
      );
    });
  });

  describe('in pages', () => {
    const at = (minute: number): number => Date.parse('2026-05-01T00:00:00.000Z') + minute * 60_000;
    // Two at the same moment, in the order of neither time nor id.
    const booked = [
      aSession({ id: 'p-5', trainerId: 'pat', studentId: 'sam', scheduledAt: at(3) }),
      aSession({ id: 'p-2', trainerId: 'pat', studentId: 'sue', scheduledAt: at(2) }),
      aSession({ id: 'p-4', trainerId: 'pat', studentId: 'sam', scheduledAt: at(2) }),
      aSession({ id: 'p-9', trainerId: 'pat', studentId: 'sue', scheduledAt: at(1) }),
      aSession({ id: 'p-0', trainerId: 'tom', studentId: 'sam', scheduledAt: at(2) }),
    ];
    beforeAll(() => bookSessions(testDatabase.url, ...booked));

    const idsOf = ({ entries }: SessionPage): string[] => entries.map(({ session }) => session.id);
    const walk = async (filter: SessionFilter, limit: number): Promise<string[][]> => {
      const pages: string[][] = [];
      for (let after: SessionPosition | undefined; ;) {
        const page = await database.sessions.page({ filter, limit, after });
        pages.push(idsOf(page));
        after = page.entries.at(-1)?.position;
        if (!page.hasNextPage) return pages;
      }
    };

    it('goes up by time, then by id, each session once', async () => {
      await expect(walk({ trainerId: 'pat' }, 1)).resolves.toEqual([['p-9'], ['p-2'], ['p-4'], ['p-5']]);
      await expect(walk({ trainerId: 'pat' }, 3)).resolves.toEqual([['p-9', 'p-2', 'p-4'], ['p-5']]);
      await expect(walk({ studentIds: ['sam'] }, 2)).resolves.toEqual([['p-0', 'p-4'], ['p-5']]);
    });

    it('has no next page when the last one is just full, nor when there is nothing', async () => {
      await expect(walk({ trainerId: 'pat' }, 4)).resolves.toEqual([['p-9', 'p-2', 'p-4', 'p-5']]);
      await expect(walk({ trainerId: 'nobody' }, 4)).resolves.toEqual([[]]);
    });

    it('goes over all sessions when it is nobody’s', async () => {
      const pages = await walk({}, 2);
      expect(pages.flat()).toEqual([...new Set(pages.flat())]);
      expect(pages.flat()).toEqual(expect.arrayContaining(booked.map(({ id }) => id)));
    });

    it('skips and repeats nothing when a session before the page is added or deleted meanwhile', async () => {
      const filter = { trainerId: 'pat' };
      const { entries } = await database.sessions.page({ filter, limit: 2 });
      await bookSessions(testDatabase.url, aSession({ id: 'p-1', trainerId: 'pat', scheduledAt: at(0) }));
      await unbookSession(testDatabase.url, 'p-9');
      const next = await database.sessions.page({ filter, limit: 2, after: entries.at(-1)!.position });
      expect(idsOf(next)).toEqual(['p-4', 'p-5']);
    });
  });
});
