import { Redis } from 'ioredis';

import { figuresOf, type Figures } from '../../eta/figures';
import { replayAll } from '../../eta/replay';
import { simulatedTrips } from '../../eta/trips';
import { VirtualStore } from '../../eta/virtualStore';
import { readConfig } from '../../src/config/readConfig';
import { deleteByPrefix, testKeyPrefix, testRedisUrl } from '../support/redis';

const TRIPS = 40;

/**
 * The targets hold for recorded drives. The simulated ones were given the pace of real roads, and traffic that varies, until
 * they were as hard to predict; so this test shows that the rule still does what it did, not how good it is on the road.
 * `DRIVES=/path npm run eta` shows that.
 */
describe('The ETA in simulated drives', () => {
  const keyPrefix = testKeyPrefix();
  const found: Record<string, Figures> = {};
  beforeAll(async () => {
    const { policy } = readConfig({ DATABASE_URL: 'postgres://none/none', AUTH_JWT_SECRET: 'none' });
    const virtual = await VirtualStore.open({
      redisUrl: testRedisUrl(),
      policy,
      routerIntervalMs: 30_000,
      keyPrefix,
    });
    const trips = simulatedTrips(TRIPS);
    found['estimate'] = figuresOf(
      await replayAll(
        virtual,
        trips.map((trip) => ({ ...trip, router: null })),
      ),
    );
    found['router'] = figuresOf(await replayAll(virtual, trips));
    virtual.close();
  }, 300_000);
  afterAll(async () => {
    const redis = new Redis(testRedisUrl());
    await deleteByPrefix(redis, keyPrefix);
    redis.disconnect();
  });

  describe.each(['estimate', 'router'])('by the %s', (source) => {
    it('is right ten minutes before the end, to two minutes and a third of the time left', () => {
      const { trips, medianErrorSeconds, mapePercent } = found[source]!.leads[10];
      expect(trips).toBe(TRIPS);
      expect(medianErrorSeconds).toBeLessThanOrEqual(110);
      expect(mapePercent).toBeLessThanOrEqual(32);
    });

    it('is never nearer than a minute, and does not jump', () => {
      expect(found[source]!.inThePastPercent).toBe(0);
      expect(found[source]!.changesPer10Minutes).toBeLessThanOrEqual(2.5);
    });

    it('is in its interval in eight of ten cases', () => {
      expect(found[source]!.coveragePercent).toBeGreaterThanOrEqual(72);
      // The traffic of the simulation has no day that is as slow as the worst ones on the road.
      expect(found[source]!.coveragePercent).toBeLessThanOrEqual(source === 'router' ? 90 : 95);
    });
  });

  it('comes from the router wherever it answers', () => {
    expect(found['router']!.routerPercent).toBeGreaterThan(70);
    expect(found['estimate']!.routerPercent).toBe(0);
  });
});
