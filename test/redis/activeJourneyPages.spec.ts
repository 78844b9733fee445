import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { EnRouteJourney } from '../../src/domain/journey';
import type { ActiveJourneyPosition } from '../../src/domain/ports';
import { RedisActiveJourneyPages } from '../../src/redis/activeJourneyPages';
import { allPartitions, partitionOf } from '../../src/redis/keys';
import { TestStore } from '../support/store';

describe('The pages of active journeys', () => {
  let live: TestStore;
  let pages: RedisActiveJourneyPages;
  beforeEach(async () => {
    live = await TestStore.open();
    pages = new RedisActiveJourneyPages(live.scripts, live.keys);
  });
  afterEach(() => live.close());

  const start = (sessionId: string) => live.startJourney(sessionId, `trainer-of-${sessionId}`);

  const walk = async (limit: number) => {
    const seen: EnRouteJourney[] = [];
    let count = 0;
    for (let after: ActiveJourneyPosition | null = null, more = true; more; count += 1) {
      const { journeys, hasNextPage }: Awaited<ReturnType<typeof pages.page>> = await pages.page(
        limit,
        after,
      );
      if (hasNextPage) expect(journeys).toHaveLength(limit);
      seen.push(...journeys);
      after = journeys.at(-1) ?? null;
      more = hasNextPage;
    }
    return { seen, count };
  };
  const idsOf = (journeys: readonly EnRouteJourney[]) => journeys.map(({ sessionId }) => sessionId);

  it('hold each journey once, by partition and then by start, whatever their size', async () => {
    const ids = Array.from({ length: 90 }, (_, at) => `session-${at}`);
    for (const id of ids) await start(id);
    const { seen } = await walk(100);
    expect(idsOf(seen).sort()).toEqual([...ids].sort());
    for (const limit of [1, 2, 7, 89, 90]) expect(idsOf((await walk(limit)).seen)).toEqual(idsOf(seen));
    const places = seen.map(({ sessionId, startedAt }) => [partitionOf(sessionId), startedAt] as const);
    expect(places).toEqual(
      [...places].sort(([one, at], [other, later]) => (one < other ? -1 : one > other ? 1 : at - later)),
    );
  });

  it('hold what a poll reads of a journey', async () => {
    await start('a-session');
    const snapshot = await live.store.readSnapshot('a-session');
    expect((await pages.page(10, null)).journeys).toEqual([snapshot.kind === 'ACTIVE' && snapshot.journey]);
  });

  it('are empty, with none after them, while nothing is active', async () => {
    expect(await pages.page(100, null)).toEqual({ journeys: [], hasNextPage: false });
  });

  it('tell apart journeys of one millisecond by the bytes of their ids, also after the last one that was read has ended', async () => {
    const ids = ['a', 'B', '_c', 'a-1', 'Z:9', 'b.0', 'A'];
    const [partition] = allPartitions;
    const sessionIds = ids.map((id) => {
      for (let at = 0; ; at += 1) if (partitionOf(`${id}${at}`) === partition) return `${id}${at}`;
    });
    for (const id of sessionIds) await start(id);
    const deadline = Date.now() + 1_000_000;
    for (const id of sessionIds) {
      await live.redis.zadd(live.keys.deadlines(partition!), deadline, id);
      await live.redis.hset(live.keys.active(id), 'expiresAt', deadline);
    }
    const inOrder = [...sessionIds].sort((one, other) =>
      Buffer.compare(Buffer.from(one), Buffer.from(other)),
    );
    for (const limit of [1, 3, 100]) expect(idsOf((await walk(limit)).seen)).toEqual(inOrder);
    const { journeys } = await pages.page(3, null);
    await live.store.cancel(inOrder[2]!);
    expect(idsOf((await pages.page(100, journeys[2]!)).journeys)).toEqual(inOrder.slice(3));
  });

  it('leave out what is past its deadline, though nobody has ended it yet, and what has no record any more', async () => {
    for (const id of ['overdue', 'evicted', 'active']) await start(id);
    await live.redis.zadd(live.keys.deadlines(partitionOf('overdue')), Date.now() - 1, 'overdue');
    await live.redis.del(live.keys.active('evicted'));
    expect(idsOf((await walk(10)).seen)).toEqual(['active']);
  });

  it('hold every journey that lasts exactly once while 200 a second start and end around it: 10,000', async () => {
    const LASTING = 10_000;
    const lasting = Array.from({ length: LASTING }, () => randomUUID());
    for (let at = 0; at < LASTING; at += 200) {
      await Promise.all(lasting.slice(at, at + 200).map((id) => start(id)));
    }
    const still = await walk(100);
    expect(still.count).toBeLessThanOrEqual(100);
    expect(new Set(idsOf(still.seen)).size).toBe(LASTING);

    let churning = true;
    let changes = 0;
    const churn = (async () => {
      const begun: string[] = [];
      while (churning) {
        const ids = Array.from({ length: 4 }, () => randomUUID());
        await Promise.all([
          ...ids.map((id) => start(id)),
          ...begun.splice(0, 4).map((id) => live.store.cancel(id)),
        ]);
        begun.push(...ids);
        changes += 8;
        await sleep(18);
      }
    })();
    await sleep(100);
    const startedAt = performance.now();
    const { seen, count } = await walk(100);
    const seconds = (performance.now() - startedAt) / 1000;
    churning = false;
    await churn;
    const counts = new Map<string, number>();
    for (const id of idsOf(seen)) counts.set(id, (counts.get(id) ?? 0) + 1);
    expect(lasting.filter((id) => counts.get(id) !== 1)).toEqual([]);
    expect([...counts.values()].every((times) => times === 1)).toBe(true);
    expect(changes).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(103);
    // A bound on the work, not a measurement.
    expect(seconds).toBeLessThan(10);
  }, 120_000);
});
