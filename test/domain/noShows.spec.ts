import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { AlertChange } from '../../src/domain/alert';
import { NoShowList } from '../../src/domain/noShowList';
import { NoShowSearch } from '../../src/domain/noShows';
import type { Session } from '../../src/domain/session';
import { partitionOf } from '../../src/redis/keys';
import { RedisNoShowStore } from '../../src/redis/noShowStore';
import { unbookSession } from '../support/sessions';
import { studentOf, TestDomain, trainerOf } from '../support/domain';

const MINUTE_MS = 60_000;
const minutesAgo = (minutes: number): number => Date.now() - minutes * MINUTE_MS;

describe('The search for sessions without a start', () => {
  let domain: TestDomain;
  beforeEach(async () => {
    domain = await TestDomain.open();
  });
  afterEach(() => domain.close());

  const storeOf = () =>
    new RedisNoShowStore(domain.live.scripts, domain.live.keys, { eventsOn: true, outboxMaxLength: 1000 });
  /** Of one process. What it raised is added to `raised`. */
  const searchOf = (raised: AlertChange[] = []): NoShowSearch =>
    new NoShowSearch({
      store: storeOf(),
      sessions: domain.database.unattended,
      noShowMs: domain.live.policy.alertNoShowMs,
      onAlert: (change) => raised.push(change),
      onError: () => undefined,
    });
  /** The time of the next turn comes at once. */
  const skipWait = () => domain.live.redis.hset(domain.live.keys.noShowSearch(), 'nextAt', 0);
  const search = async (raised: AlertChange[] = []): Promise<string[]> => {
    await skipWait();
    await searchOf(raised).search();
    return raised.map(({ sessionId }) => sessionId);
  };
  const alertsOf = async (session: Session) =>
    (await domain.journeys().liveLocation(studentOf(session), session.id)).alerts;
  /** The alert events of a session, as the outbox holds them. */
  const eventsOf = async ({ id }: Session) => {
    const entries = await domain.live.redis.xrange(domain.live.keys.events(partitionOf(id)), '-', '+');
    return entries
      .map(([, fields]) =>
        Object.fromEntries(fields.flatMap((name, at) => (at % 2 ? [] : [[name, fields[at + 1]!]]))),
      )
      .filter((entry) => entry['kind'] === 'NO_SHOW' && entry['sessionId'] === id)
      .map((entry) => [entry['scheduledAt'], entry['status']]);
  };
  const start = (session: Session) => domain.journeys().start(trainerOf(session), session.id);
  const stop = (session: Session) => domain.journeys().stop(trainerOf(session), session.id);

  it('raises NO_SHOW 15 min after scheduledAt, once, and a start clears it for good', async () => {
    const [due, early] = [
      await domain.book({ scheduledAt: minutesAgo(15.1) }),
      await domain.book({ scheduledAt: minutesAgo(14) }),
    ];
    expect(await alertsOf(due)).toEqual([]);
    expect(await search()).toEqual([due.id]);
    expect([await alertsOf(due), await alertsOf(early)]).toEqual([['NO_SHOW'], []]);
    expect(await search()).toEqual([]);

    await start(due);
    expect(await alertsOf(due)).toEqual([]);
    await stop(due);
    expect(await search()).toEqual([]);
    expect(await alertsOf(due)).toEqual([]);
    const scheduledAt = String(due.scheduledAt);
    expect(await eventsOf(due)).toEqual([
      [scheduledAt, 'RAISED'],
      [scheduledAt, 'CLEARED'],
    ]);
  });

  it('leaves sessions alone that are cancelled or completed, whose journey is active, or that were arrived at', async () => {
    const scheduledAt = minutesAgo(20);
    await domain.book({ scheduledAt, status: 'CANCELLED' });
    await domain.book({ scheduledAt, status: 'COMPLETED' });
    const [active, arrived] = [await domain.book({ scheduledAt }), await domain.book({ scheduledAt })];
    await start(active);
    await start(arrived);
    const fix = { ...arrived.home, accuracy: null, heading: null, speed: null, capturedAt: null };
    await domain.journeys().markArrived(trainerOf(arrived), arrived.id, { fix, sentAt: null });
    expect(await search()).toEqual([]);
    expect(await alertsOf(arrived)).toEqual([]);
  });

  it('raises it when a journey ends otherwise than by an arrival after that time, however long it took', async () => {
    const session = await domain.book({ scheduledAt: minutesAgo(50) });
    await start(session);
    expect(await search()).toEqual([]);
    // The booking's time is far behind the search by now.
    const now = Date.now();
    await domain.live.redis.hset(domain.live.keys.noShowSearch(), 'scheduledAt', now, 'id', '');
    await stop(session);
    expect(await search()).toEqual([session.id]);
    expect(await alertsOf(session)).toEqual(['NO_SHOW']);
    expect(await domain.live.redis.exists(domain.live.keys.unattended(partitionOf(session.id)))).toBe(0);
  });

  it('raises it again for a session that was moved, at its new time', async () => {
    const session = await domain.book({ scheduledAt: minutesAgo(16) });
    expect(await search()).toEqual([session.id]);
    const moved = await domain.book({ ...session, scheduledAt: Date.now() + 60 * MINUTE_MS });
    await domain.journeys().refresh({ id: 'operator-1', role: 'OPERATOR' }, session.id);
    expect(await alertsOf(session)).toEqual([]);
    const late = await domain.book({ ...moved, scheduledAt: minutesAgo(15.5) });
    await domain.journeys().refresh({ id: 'operator-1', role: 'OPERATOR' }, session.id);
    // A read that begins in the millisecond of the refresh does not count, and the next turn is a minute later.
    await sleep(5);
    expect(await search()).toEqual([session.id]);
    expect(await eventsOf(session)).toEqual([
      [String(session.scheduledAt), 'RAISED'],
      [String(late.scheduledAt), 'RAISED'],
    ]);
  });

  it('reads the database once in a minute and raises each once, however many processes search', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 30 }, (_, at) => domain.book({ scheduledAt: minutesAgo(15.5 + at / 10) })),
    );
    const raised: AlertChange[] = [];
    const waits = await Promise.all(Array.from({ length: 8 }, () => searchOf(raised).search()));
    expect(domain.searches).toBe(1);
    for (const wait of waits) expect(wait).toBeGreaterThan(55_000);
    expect(raised.map(({ sessionId }) => sessionId).sort()).toEqual(sessions.map(({ id }) => id).sort());
    for (const session of sessions) expect(await eventsOf(session)).toHaveLength(1);
  });

  it('goes on where it was after a turn whose process died, and after an outage of the database', async () => {
    const session = await domain.book({ scheduledAt: minutesAgo(16) });
    const store = storeOf();
    expect(await store.claimTurn('one', MINUTE_MS)).toMatchObject({ kind: 'CLAIMED' });
    expect(await store.claimTurn('another', MINUTE_MS)).toMatchObject({ kind: 'WAIT' });

    domain.proxy.refuse();
    await expect(search()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await eventsOf(session)).toEqual([]);
    domain.proxy.heal();
    let found: string[] = [];
    for (let tries = 0; tries < 20 && found.length === 0; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      found = await search().catch(() => []);
    }
    expect(found).toEqual([session.id]);
  });

  it('does not raise it by a read of the booking that a change has overtaken', async () => {
    const session = await domain.book({ scheduledAt: minutesAgo(16) });
    const [store, raised]: [RedisNoShowStore, AlertChange[]] = [storeOf(), []];
    const readAt = Date.now() - 1000;
    await domain.book({ ...session, status: 'CANCELLED' });
    await domain.journeys().refresh({ id: 'operator-1', role: 'OPERATOR' }, session.id);
    expect(await store.raise([session], [], readAt)).toEqual([]);
    // The next turn looks at it again.
    expect(await store.unattended(100)).toEqual([session.id]);
    expect(await search(raised)).toEqual([]);
    expect(await store.unattended(100)).toEqual([]);
  });

  it('finds those of any number of sessions that are due at the same moment, a page in each turn', async () => {
    const scheduledAt = minutesAgo(16);
    const ids = Array.from({ length: 7 }, () => `s-${randomUUID()}`).sort();
    for (const id of ids) await domain.book({ id, scheduledAt });
    const found: string[] = [];
    let after = { scheduledAt: scheduledAt - 1, id: '' };
    for (let pages = 0; pages < 3; pages += 1) {
      const read = await domain.database.unattended.read({
        after,
        until: Date.now() - 15 * MINUTE_MS,
        againFrom: scheduledAt - 1,
        ids: [],
        limit: 3,
      });
      const fresh = read.sessions.map(({ id }) => id).filter((id) => !found.includes(id));
      found.push(...fresh);
      if (!read.reached) break;
      after = read.reached;
    }
    expect(found).toEqual(ids);
  });

  describe('and the list of them', () => {
    const listOf = (): NoShowList =>
      new NoShowList({ index: storeOf(), directory: domain.database.sessions });
    const operator = { id: 'operator-1', role: 'OPERATOR' } as const;
    /** The ids of all pages, and how many pages there are. */
    const pagesOf = async (first: number): Promise<{ ids: string[]; pages: number }> => {
      const ids: string[] = [];
      let [after, pages]: [string | null, number] = [null, 0];
      for (let hasNextPage = true; hasNextPage; pages += 1) {
        const page = await listOf().page(operator, { first, after });
        ids.push(...page.sessions.map(({ id }) => id));
        ({ hasNextPage, endCursor: after } = page);
      }
      return { ids, pages };
    };

    it('has each once, those with the latest scheduledAt first, with any size of the pages', async () => {
      const sameTime = minutesAgo(16);
      const booked = await Promise.all(
        [18, 17, 16, 16, 16, 16, 15.5].map((minutes) =>
          domain.book({ scheduledAt: minutes === 16 ? sameTime : minutesAgo(minutes) }),
        ),
      );
      await domain.book({ scheduledAt: minutesAgo(5) });
      expect(await pagesOf(3)).toEqual({ ids: [], pages: 1 });
      await search();
      const expected = booked
        .sort((one, other) => other.scheduledAt - one.scheduledAt || (one.id > other.id ? -1 : 1))
        .map(({ id }) => id);
      for (const [first, pages] of [
        [1, 7],
        [3, 3],
        [7, 1],
        [100, 1],
      ] as const)
        expect(await pagesOf(first)).toEqual({ ids: expected, pages });
    });

    it('has none that was started, cancelled, completed or moved since, and none of a deleted booking', async () => {
      const booked = await Promise.all(
        [20, 19, 18, 17, 16].map((minutes) => domain.book({ scheduledAt: minutesAgo(minutes) })),
      );
      await search();
      expect((await pagesOf(2)).ids).toEqual(booked.map(({ id }) => id).reverse());
      const [started, cancelled, completed, moved, left] = booked;
      await start(started!);
      await domain.book({ ...cancelled!, status: 'CANCELLED' });
      await domain.book({ ...completed!, status: 'COMPLETED' });
      await domain.book({ ...moved!, scheduledAt: Date.now() + MINUTE_MS });
      expect((await pagesOf(2)).ids).toEqual([left!.id]);
      await unbookSession(domain.tables.url, left!.id);
      expect((await pagesOf(2)).ids).toEqual([]);
    });

    it('has those that a process of the release before raised, which keeps no index', async () => {
      const known = await domain.book({ scheduledAt: minutesAgo(50) });
      await search();
      const { redis, keys } = domain.live;
      await redis.del(keys.noShows(partitionOf(known.id)));
      // As such a process leaves it, also while it runs beside this one.
      await redis.hdel(keys.noShowSearch(), 'isIndexed');
      const raised: AlertChange[] = [];
      await search(raised);
      expect(raised).toEqual([]);
      expect((await pagesOf(2)).ids).toEqual([known.id]);
    });

    it('costs a page what a page costs, among 100,000 of them', async () => {
      const { redis, keys } = domain.live;
      const session = await domain.book({ scheduledAt: minutesAgo(15) });
      const scheduledAt = Math.floor(minutesAgo(20) / 1000) * 1000;
      const members = new Map<string, (string | number)[]>();
      for (let n = 0; n < 100_000; n += 1) {
        const id = `waiting-${n}`;
        const key = keys.noShows(partitionOf(id));
        // A thousand have the same time.
        members.set(key, [...(members.get(key) ?? []), scheduledAt + Math.floor(n / 1000), id]);
        if (members.get(key)!.length >= 2000) {
          await redis.zadd(key, ...members.get(key)!);
          members.delete(key);
        }
      }
      for (const [key, values] of members) await redis.zadd(key, ...values);
      await redis.zadd(keys.noShows(partitionOf(session.id)), session.scheduledAt, session.id);
      const before = domain.reads;
      const begunAt = performance.now();
      const first = await listOf().page(operator, { first: 100 });
      const second = await listOf().page(operator, { first: 100, after: first.endCursor });
      expect(performance.now() - begunAt).toBeLessThan(1500);
      expect(domain.reads - before).toBe(2);
      expect(first.sessions.map(({ id }) => id)).toEqual([session.id]);
      expect(second.hasNextPage).toBe(true);
      const next = await storeOf().raised(250, { scheduledAt, id: 'waiting-5' });
      expect(new Set(next.map(({ id }) => id)).size).toBe(250);
      expect(next.every((one) => one.scheduledAt === scheduledAt && one.id < 'waiting-5')).toBe(true);
    }, 30_000);

    it('is for operators and services alone, and an outage is never a shorter list', async () => {
      for (const role of ['TRAINER', 'STUDENT'] as const)
        await expect(listOf().page({ id: 'someone', role }, {})).rejects.toMatchObject({ code: 'FORBIDDEN' });
      for (const first of [0, 101])
        await expect(listOf().page(operator, { first })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await expect(listOf().page(operator, { after: 'x' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      await domain.book({ scheduledAt: minutesAgo(16) });
      await search();
      domain.proxy.refuse();
      await expect(listOf().page(operator, {})).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    });
  });
});
