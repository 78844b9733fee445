import { randomUUID } from 'node:crypto';

import { Gps } from '../../demo/drive/gps';
import { loadStreets } from '../../demo/drive/loadStreets';
import { createRandom } from '../../demo/drive/random';
import { planTrip } from '../../demo/drive/trip';
import { distanceMeters, type GeoPoint } from '../../src/domain/geo';
import type { EndedJourney } from '../../src/domain/journey';
import type { Fix } from '../../src/domain/location';
import { TestStore } from '../support/store';
import { metersFromHome, HOME } from '../support/service';

const FIX_INTERVAL_MS = 5000;
const BATCH = 10;

describe('The summary of a journey', () => {
  let live: TestStore;
  beforeAll(async () => {
    live = await TestStore.open();
  });
  afterAll(() => live.close());

  const lengthOf = (places: readonly GeoPoint[]): number =>
    places.slice(1).reduce((sum, place, at) => sum + distanceMeters(places[at]!, place), 0);

  const fixAt = (place: GeoPoint, capturedAt: number, accuracy = 5): Fix => ({
    ...place,
    accuracy,
    heading: null,
    speed: null,
    capturedAt,
    mocked: false,
  });

  const begin = async (minutesAgo: number, home: GeoPoint = HOME) => {
    const [sessionId, trainerId] = [randomUUID(), randomUUID()];
    const startedAt = await live.startJourney(sessionId, trainerId, { minutesAgo, home });
    // As if it had counted since then.
    await live.redis.hset(live.keys.active(sessionId), 'counts', `0 - - ${startedAt} 0 0`);
    return {
      sessionId,
      trainerId,
      startedAt,
      send: async (points: readonly Fix[], deviceId: string | null = null) => {
        const outcome = await live.store.update({ sessionId, trainerId, points, sentAt: null, deviceId });
        if (outcome.kind !== 'APPLIED') throw new Error(outcome.kind);
        return outcome.verdicts.map(({ status }) => status);
      },
      stop: async (): Promise<EndedJourney> => {
        const outcome = await live.store.finish({ sessionId, trainerId }, 'STOPPED');
        if (outcome.kind !== 'FINISHED') throw new Error(outcome.kind);
        return outcome.journey;
      },
    };
  };

  it('has the metres of a drive through the town, with all its stops, within 2 %', async () => {
    const streets = loadStreets();
    for (const [at, home] of streets.homes(6, 'summary').entries()) {
      const random = createRandom(`summary ${at}`);
      const { drive } = planTrip(streets, home, random);
      const gps = new Gps(random);
      const { durationSeconds } = drive;
      const { send, stop, startedAt } = await begin(Math.ceil(durationSeconds / 60) + 1, home);
      const fixes: Fix[] = [];
      for (let ms = 0; ms <= durationSeconds * 1000; ms += FIX_INTERVAL_MS) {
        const { latitude, longitude, accuracy, speed } = gps.fix(drive.stateAt(ms / 1000), startedAt + ms);
        fixes.push({ ...fixAt({ latitude, longitude }, startedAt + ms), accuracy, speed });
      }
      for (let from = 0; from < fixes.length; from += BATCH) await send(fixes.slice(from, from + BATCH));
      const { summary } = await stop();
      const way = Array.from(
        { length: Math.floor(durationSeconds) + 1 },
        (_, s) => drive.stateAt(s).position,
      );
      const truth = lengthOf(way);
      expect(Math.abs(summary!.drivenMeters / truth - 1)).toBeLessThan(0.02);
    }
  });

  it('adds up the accepted fixes of a straight way, however short its steps are', async () => {
    const { send, stop, startedAt } = await begin(10);
    const meters = [900, 890, 880, 870, 500, 300, 290];
    const points = meters.map((distance, at) =>
      fixAt(metersFromHome(distance), startedAt + 1000 + at * 20_000),
    );
    await send(points.slice(0, 4));
    // Rejected, late and repeated ones are no part of the way.
    expect(
      await send([
        fixAt(metersFromHome(90_000), startedAt + 70_000),
        points[1]!,
        fixAt(metersFromHome(870), startedAt + 75_000, 900),
      ]),
    ).toEqual(['REJECTED', 'LATE', 'REJECTED']);
    for (const point of points.slice(4)) await send([point]);
    const { summary, endedAt } = await stop();
    expect(summary).toMatchObject({
      drivenMeters: 610,
      rejectedFixes: 2,
      lateSeconds: null,
      durationSeconds: Math.round((endedAt - startedAt) / 1000),
    });
  });

  it('has the whole way of a drive that is faster than the limit, though rejected fixes take over in it', async () => {
    const { send, stop } = await begin(10);
    const [from, mps] = [Date.now() - 300_000, 130 / 3.6];
    const statuses: string[] = [];
    for (let seconds = 0; seconds <= 60; seconds += 5)
      statuses.push(...(await send([fixAt(metersFromHome(5000 - seconds * mps), from + seconds * 1000)])));
    expect(statuses).toContain('REJECTED');
    const { summary } = await stop();
    expect(summary!.drivenMeters).toBeGreaterThanOrEqual(60 * mps - 5);
    expect(summary!.drivenMeters).toBeLessThanOrEqual(60 * mps + 5);
  });

  it('leaves out the way to a place that turns out to be wrong, and to another device', async () => {
    const { sessionId, trainerId, send, stop, startedAt } = await begin(10);
    const at = (seconds: number) => startedAt + seconds * 1000;
    await send([fixAt(metersFromHome(20_000), at(5))], 'one');
    const statuses = await send(
      [10, 15, 20, 25].map((seconds) => fixAt(metersFromHome(1000 - seconds * 10), at(seconds))),
      'one',
    );
    expect(statuses.slice(0, 1)).toEqual(['REJECTED']);
    expect(statuses.slice(-1)).toEqual(['ACCEPTED']);
    await live.store.takeOver({ sessionId, trainerId, deviceId: 'two' });
    expect(await send([fixAt(metersFromHome(15_000), at(30))], 'two')).toEqual(['ACCEPTED']);
    expect(await send([fixAt(metersFromHome(14_900), at(35))], 'two')).toEqual(['ACCEPTED']);
    const { summary } = await stop();
    expect(summary!.drivenMeters).toBeGreaterThanOrEqual(100);
    expect(summary!.drivenMeters).toBeLessThanOrEqual(250);
  });

  it('counts the time in which no fix of the last minute was known, to the end', async () => {
    const { sessionId, send, stop, startedAt } = await begin(10);
    const now = Date.now();
    const lost = (until: number, ms: number) =>
      live.redis.hset(live.keys.active(sessionId), 'counts', `0 - - ${until} ${ms} 0`);
    // The first fix comes now, and what it reports was 50 s ago.
    await send([fixAt(metersFromHome(900), now - 50_000)]);
    const counts = (await live.redis.hget(live.keys.active(sessionId), 'counts'))!.split(' ').map(Number);
    expect(counts[3]).toBe(now + 10_000);
    expect(Math.abs(counts[4]! - (now - startedAt))).toBeLessThan(2000);
    // It was known until 100 s before the end.
    await lost(Date.now() - 100_000, 30_000);
    const { summary } = await stop();
    expect(summary!.signalLostSeconds).toBeGreaterThanOrEqual(130);
    expect(summary!.signalLostSeconds).toBeLessThanOrEqual(132);
  });

  it('is unknown where nothing was counted, as in a journey that a release before this one started', async () => {
    const { sessionId, send, stop, startedAt } = await begin(10);
    await live.redis.hdel(live.keys.active(sessionId), 'counts');
    await send([fixAt(metersFromHome(900), startedAt + 5000)]);
    expect(await live.redis.hget(live.keys.active(sessionId), 'counts')).toBeNull();
    expect((await stop()).summary).toBeUndefined();
  });
});
