import { startRedis } from '../../demo/stores/redis';
import type { Session } from '../../src/domain/session';
import { eventually } from '../faults/eventually';
import { TestDomain } from '../support/domain';

describe('Sessions, from the cache and from the database', () => {
  let domain: TestDomain;
  let session: Session;
  beforeAll(async () => {
    domain = await TestDomain.open();
  });
  afterAll(() => domain.close());
  beforeEach(async () => {
    session = await domain.book();
    domain.reads = 0;
  });
  afterEach(() => domain.proxy.heal());

  const view = (id = session.id) => domain.sessions.view(id);
  /** As if what is cached were a minute old. */
  const age = async (id = session.id) => {
    const { redis, keys } = domain.live;
    await redis.hset(keys.meta(id), 'checkedAt', Date.now() - 61_000);
  };

  it('reads a session once a minute, however often it is asked for', async () => {
    for (let polls = 0; polls < 5; polls += 1) expect(await view()).toMatchObject({ session });
    expect(await domain.sessions.find(session.id)).toEqual(session);
    expect(domain.reads).toBe(1);
    await age();
    for (let polls = 0; polls < 5; polls += 1) expect(await view()).toMatchObject({ session });
    expect(domain.reads).toBe(2);
  });

  it('caches for a while that there is no such session', async () => {
    for (let polls = 0; polls < 5; polls += 1) expect(await view('nothing')).toBeNull();
    expect(domain.reads).toBe(1);
  });

  it('reads a session once for all concurrent requests', async () => {
    const views = await Promise.all(Array.from({ length: 20 }, () => view()));
    for (const one of views) expect(one).toMatchObject({ session });
    expect(domain.reads).toBe(1);
  });

  it('reads all the sessions that are asked for at the same time in one query', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => domain.book()));
    const views = await Promise.all(sessions.map(({ id }) => view(id)));
    expect(views).toMatchObject(sessions.map((one) => ({ session: one })));
    expect(domain.reads).toBe(1);
  });

  it('reads nothing while a journey is active', async () => {
    await domain.live.startJourney(session.id, session.trainerId);
    for (let polls = 0; polls < 5; polls += 1) expect(await view()).toMatchObject({ kind: 'ACTIVE' });
    expect(domain.reads).toBe(0);
  });

  it('reads no more of an overdue journey that no watchdog has ended yet', async () => {
    const { redis, keys } = domain.live;
    await domain.live.startJourney(session.id, session.trainerId);
    await redis.hset(keys.active(session.id), 'expiresAt', Date.now() - 1);
    await redis.del(keys.meta(session.id));
    for (let polls = 0; polls < 5; polls += 1) {
      expect(await view()).toMatchObject({ kind: 'INACTIVE', session, last: { state: 'EXPIRED' } });
    }
    expect(domain.reads).toBe(1);
  });

  it('serves an old entry while the database is away, and reports the outage for a session that is not cached', async () => {
    expect(await view()).toMatchObject({ session });
    await age();
    domain.proxy.refuse();
    expect(await view()).toMatchObject({ session });
    expect(await domain.sessions.find(session.id)).toEqual(session);
    await expect(view('never-seen')).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      extensions: { store: 'database' },
    });
  });

  it('does not undo a refresh by a read that began before it, nor for those who waited for that read', async () => {
    // The connection stands.
    await domain.database.ping();
    domain.proxy.inject({ kind: 'delayReply', delayMs: 300 });
    const early = view();
    await eventually('the read is on its way', () => domain.proxy.affectedRequests > 0);
    const moved = await domain.book({ ...session, home: { latitude: 1, longitude: 2 } });
    await domain.live.invalidateSession(session.id);
    const joined = view();
    expect(await early).toMatchObject({ session });
    await joined;
    domain.proxy.heal();
    expect(await view()).toMatchObject({ session: moved });
  });
});

describe('Sessions, while Redis answers but takes nothing', () => {
  it('are read once a minute too, and again once Redis has invalidated them', async () => {
    const store = await startRedis();
    const domain = await TestDomain.open(store.url);
    try {
      const { redis } = domain.live;
      const session = await domain.book();
      await redis.config('SET', 'maxmemory', '1');
      for (let polls = 0; polls < 5; polls += 1) {
        expect(await domain.sessions.view(session.id)).toMatchObject({ session });
      }
      expect(domain.reads).toBe(1);
      await redis.config('SET', 'maxmemory', '0');
      const moved = await domain.book({ ...session, home: { latitude: 1, longitude: 2 } });
      await domain.live.invalidateSession(session.id);
      expect(await domain.sessions.view(session.id)).toMatchObject({ session: moved });
    } finally {
      await domain.close();
      await store.stop();
    }
  });
});
