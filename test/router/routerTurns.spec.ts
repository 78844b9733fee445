import { randomUUID } from 'node:crypto';

import type { RouterTurn } from '../../src/domain/router';
import { partitionOf } from '../../src/redis/keys';
import { RedisRouterTurns } from '../../src/redis/routerTurns';
import { metersFromHome, HOME } from '../support/service';
import { aSession } from '../support/sessions';
import { TestStore } from '../support/store';

const INTERVAL_MS = 30_000;

describe('The turns of the router on Redis', () => {
  let test: TestStore;
  let turns: RedisRouterTurns;
  let sessionId: string;
  let partition: string;
  beforeEach(async () => {
    test = await TestStore.open();
    turns = new RedisRouterTurns(test.scripts, test.keys, { policy: test.policy, intervalMs: INTERVAL_MS });
    sessionId = `s-${randomUUID()}`;
    partition = partitionOf(sessionId);
  });
  afterEach(() => test.close());

  const start = () => test.startJourney(sessionId, 't', { home: HOME });
  const send = (meters: number) =>
    test.store.update({
      sessionId,
      trainerId: 't',
      points: [{ ...metersFromHome(meters), accuracy: 5, heading: null, speed: null, capturedAt: null }],
      sentAt: null,
    });
  const take = (limit = 16) => turns.take(partition, limit);
  /** Passes the time until each turn is due again. */
  const passInterval = async (): Promise<void> => {
    const key = test.keys.routerTurns(partition);
    for (const id of await test.redis.zrange(key, 0, '-1')) await test.redis.zadd(key, 0, id);
  };
  const eta = async () => {
    const snapshot = await test.store.readSnapshot(sessionId);
    return snapshot.kind === 'ACTIVE' ? snapshot.eta : null;
  };
  const takeOne = async (): Promise<RouterTurn> => {
    const [turn, ...others] = await take();
    expect(others).toEqual([]);
    return turn!;
  };

  it('ask for the way from the newest fix to the home, once in the interval', async () => {
    await start();
    await send(5000);
    const turn = await takeOne();
    expect(turn).toMatchObject({
      sessionId,
      trainerId: 't',
      from: metersFromHome(5000),
      home: HOME,
      answerAgeMs: null,
    });
    const snapshot = await test.store.readSnapshot(sessionId);
    expect(snapshot).toMatchObject({ journey: { id: turn.journeyId }, fix: { capturedAt: turn.fixAt } });
    await expect(take()).resolves.toEqual([]);
    const next = await test.redis.zscore(test.keys.routerTurns(partition), sessionId);
    expect(Number(next)).toBe(turn.takenAt + INTERVAL_MS);
  });

  it('belong to one caller each, however many ask at once', async () => {
    const ids = Array.from({ length: 2000 }, (_, at) => `many-${at}`).filter(
      (id) => partitionOf(id) === partition,
    );
    for (const id of ids) {
      sessionId = id;
      await start();
      await send(5000);
    }
    const taken = (await Promise.all(Array.from({ length: 20 }, () => take(4)))).flat();
    expect(taken.map((turn) => turn.sessionId).sort()).toEqual([...ids].sort());
  });

  it('wait for the first fix of a journey', async () => {
    await start();
    await expect(take()).resolves.toEqual([]);
    await send(5000);
    await passInterval();
    await expect(take()).resolves.toHaveLength(1);
  });

  it('come for a journey that moves, and not for one that stands where the last answer was asked for', async () => {
    await start();
    await send(5000);
    await turns.answer(await takeOne(), 600);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await send(4999);
    await passInterval();
    await expect(take()).resolves.toEqual([]);

    await new Promise((resolve) => setTimeout(resolve, 1500));
    await send(4960);
    await passInterval();
    const turn = await takeOne();
    expect(turn.from).toEqual(metersFromHome(4960));
    expect(turn.answerAgeMs).toBeGreaterThan(1000);
  });

  it('come again after an interval when nobody answered the last one, as when its process was killed', async () => {
    await start();
    await send(5000);
    const first = await takeOne();
    await passInterval();
    const second = await takeOne();
    expect(second).toMatchObject({ journeyId: first.journeyId, fixAt: first.fixAt, answerAgeMs: null });
  });

  it('follow the index of active journeys', async () => {
    await start();
    await send(5000);
    await takeOne();
    await test.store.finish({ sessionId, trainerId: 't' }, 'STOPPED');
    await passInterval();
    await expect(take()).resolves.toEqual([]);
    await expect(test.redis.zrange(test.keys.routerTurns(partition), 0, '-1')).resolves.toEqual(['']);
  });

  it("publish the router's time of arrival", async () => {
    await start();
    await send(5000);
    expect(await eta()).toMatchObject({ source: 'ESTIMATE' });
    const turn = await takeOne();
    await turns.answer(turn, 1200);
    expect(await eta()).toMatchObject({
      source: 'ROUTER',
      arrivesAt: turn.fixAt + 1_200_000,
      earliestAt: turn.fixAt + 960_000,
      latestAt: turn.fixAt + 1_620_000,
    });
  });

  describe('An answer changes nothing', () => {
    let turn: RouterTurn;
    beforeEach(async () => {
      await start();
      await send(5000);
      turn = await takeOne();
    });
    const stored = () => test.redis.hgetall(test.keys.active(sessionId));
    const expectNoChangeBy = async (answer: RouterTurn, seconds = 3000): Promise<void> => {
      const before = await stored();
      await turns.answer(answer, seconds);
      await expect(stored()).resolves.toEqual(before);
    };

    it('when it comes twice, or after a newer one', async () => {
      await turns.answer(turn, 1200);
      await expectNoChangeBy(turn);
      await expectNoChangeBy({ ...turn, fixAt: turn.fixAt - 1 });
    });

    it('when it is of another journey, or of none', async () => {
      await expectNoChangeBy({ ...turn, journeyId: randomUUID() });
      await test.store.finish({ sessionId, trainerId: 't' }, 'STOPPED');
      await expectNoChangeBy(turn);
      await expect(test.redis.exists(test.keys.active(sessionId))).resolves.toBe(0);
    });

    it('when the student has moved to another home since', async () => {
      const snapshot = await test.laterSnapshot(sessionId);
      const booking = aSession({ id: sessionId, trainerId: 't', home: metersFromHome(900) });
      await test.store.refresh(sessionId, booking, snapshot.now);
      await expectNoChangeBy(turn);
    });

    it('when the place that it was asked for was overturned since', async () => {
      await test.redis.hset(test.keys.active(sessionId), 'correctedAt', turn.takenAt);
      await expectNoChangeBy(turn);
    });

    it('when it is too old to be used', async () => {
      const fixAt = turn.fixAt - test.policy.routerFreshMs - 1;
      await turns.answer({ ...turn, fixAt }, 1200);
      expect(await eta()).toMatchObject({ source: 'ESTIMATE' });
    });
  });

  it("forget the router's answer with the home that it was for", async () => {
    await start();
    await send(5000);
    await turns.answer(await takeOne(), 1200);
    const { now } = await test.laterSnapshot(sessionId);
    await test.store.refresh(
      sessionId,
      aSession({ id: sessionId, trainerId: 't', home: metersFromHome(900) }),
      now,
    );
    await expect(test.redis.hget(test.keys.active(sessionId), 'routerEta')).resolves.toBeNull();
    await passInterval();
    await expect(take()).resolves.toHaveLength(1);
  });
});
