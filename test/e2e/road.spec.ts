import { setTimeout as sleep } from 'node:timers/promises';

import { metersFromHome, TestService, type Booking } from '../support/service';

const ARRIVE = `mutation ($sessionId: ID!, $location: LocationInput, $sentAt: DateTime) {
  markArrived(sessionId: $sessionId, location: $location, sentAt: $sentAt) { state }
}`;

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const SECOND = 1000;
/** The rate does not matter here. */
const SETTINGS = {
  UPDATE_INTERVAL_MS: '1',
  UPDATE_JITTER_MS: '60000',
};

describe('Which fixes are believed', () => {
  let service: TestService;
  let booking: Booking;
  beforeAll(async () => {
    service = await TestService.start(SETTINGS);
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    booking = await service.book();
    expect((await booking.trainer.start(booking.id)).errors).toBeUndefined();
    // The journey began long ago, so that fixes of the last minutes are of it.
    await service.redis.hset(service.keys.active(booking.id), 'startedAt', Date.now() - 7_200_000);
  });

  const live = async () => (await booking.student.poll(booking.id)).data.liveLocation;
  /** ACCEPTED and so on, or the rejection. */
  const verdictOf = async (location: object): Promise<string> => {
    const answer = await booking.trainer.update(booking.id, location);
    return answer.errors?.[0].extensions.rejection ?? answer.data.updateLocation.status;
  };
  const batchOf = async (locations: object[], sentAt?: number): Promise<string[]> => {
    const answer = await booking.trainer.updateBatch(
      booking.id,
      locations,
      sentAt === undefined ? undefined : iso(sentAt),
    );
    return answer.data.updateLocations.results.map(
      ({ status, rejection }: { status: string; rejection: string | null }) => rejection ?? status,
    );
  };

  it('follow the true ones again from the second one after a false first fix 50 km away', async () => {
    const start = Date.now() - 60 * SECOND;
    const drive = (n: number) => ({
      ...metersFromHome(4000 - n * 60),
      accuracy: 10,
      capturedAt: iso(start + n * 5 * SECOND),
    });
    expect(await verdictOf({ ...metersFromHome(50_000), accuracy: 10, capturedAt: iso(start) })).toBe(
      'ACCEPTED',
    );
    expect(await verdictOf(drive(1))).toBe('IMPLAUSIBLE_SPEED');
    expect(await live()).toMatchObject({ version: 2, distanceMeters: 50_000 });
    expect(await verdictOf(drive(2))).toBe('ACCEPTED');
    expect(await live()).toMatchObject({ version: 3, distanceMeters: 3880 });
    for (const n of [3, 4, 5]) expect(await verdictOf(drive(n))).toBe('ACCEPTED');
    // A refused fix that is sent again is older than what is shown by now.
    expect(await verdictOf(drive(1))).toBe('LATE');
  });

  it('follow a legal drive along a motorway from its third fast step on', async () => {
    const step = (130 / 3.6) * 5;
    const start = Date.now() - 100 * SECOND;
    const verdicts = await batchOf(
      Array.from({ length: 18 }, (_, n) => ({
        ...metersFromHome(15_000 - n * step),
        accuracy: 2,
        speed: 36,
        capturedAt: iso(start + n * 5 * SECOND),
      })),
    );
    expect(verdicts.filter((verdict) => verdict !== 'ACCEPTED')).toEqual([
      'IMPLAUSIBLE_SPEED',
      'IMPLAUSIBLE_SPEED',
    ]);
  });

  it('say how fast a rejected one is and which limit held for it', async () => {
    await booking.trainer.update(booking.id, { ...metersFromHome(9000), capturedAt: iso(Date.now() - 5000) });
    const { errors } = await booking.trainer.update(booking.id, {
      ...metersFromHome(7000),
      capturedAt: iso(Date.now()),
    });
    expect(errors![0].extensions).toMatchObject({ rejection: 'IMPLAUSIBLE_SPEED', limitKmh: 120 });
    expect(errors![0].extensions.speedKmh).toBeGreaterThan(1000);
  });

  it('are not those in the Gulf of Guinea: latitude 0, longitude 0 is rejected, and the next true one accepted', async () => {
    const { code, errors } = await booking.trainer.update(booking.id, { latitude: 0, longitude: 0 });
    expect(code).toBe('LOCATION_IMPLAUSIBLE');
    expect(errors![0].extensions).toMatchObject({ rejection: 'IMPLAUSIBLE_DISTANCE', limitMeters: 200_000 });
    expect(errors![0].message).toContain('200 km');
    expect(await live()).toMatchObject({ version: 1, location: null });
    expect(await verdictOf(metersFromHome(800))).toBe('ACCEPTED');
  });

  it('are not those that an app made up', async () => {
    expect(await verdictOf({ ...metersFromHome(800), mocked: true })).toBe('MOCKED');
    expect(await verdictOf({ ...metersFromHome(800), mocked: false })).toBe('ACCEPTED');
    expect(await batchOf([{ ...metersFromHome(790), mocked: true }])).toEqual(['MOCKED']);
  });

  it("come with all that a phone's coords hold, an unknown value as -1", async () => {
    const coords = {
      ...metersFromHome(800),
      altitude: 34.5,
      altitudeAccuracy: -1,
      accuracy: -1,
      heading: -1,
      speed: -1,
    };
    expect(await verdictOf(coords)).toBe('ACCEPTED');
    expect((await live()).location).toMatchObject({ accuracy: null, heading: null, speed: null });
    expect(await batchOf([{ ...coords, altitude: null, altitudeAccuracy: null, mocked: null }])).toEqual([
      'ACCEPTED',
    ]);
  });

  it('are the more accurate of two with the same second', async () => {
    const capturedAt = iso(Date.now() - 5000);
    const gps = { ...metersFromHome(1000), accuracy: 4, capturedAt };
    expect(await verdictOf({ ...metersFromHome(1110), accuracy: 150, capturedAt })).toBe('ACCEPTED');
    expect(await verdictOf(gps)).toBe('ACCEPTED');
    expect(await live()).toMatchObject({ version: 3, distanceMeters: 1000 });
    expect(await verdictOf({ ...metersFromHome(1110), accuracy: 150, capturedAt })).toBe('DUPLICATE');
    expect(await verdictOf(gps)).toBe('DUPLICATE');
    expect(await live()).toMatchObject({ version: 3, distanceMeters: 1000 });
  });

  it('stay plausible after one upload that was late, by the clock of a phone that is wrong by a day', async () => {
    // Ten times as fast as in life: one request each 500 ms, the first one 400 ms late.
    const start = Date.now();
    const clockError = 86_400_000;
    const verdicts: string[] = [];
    for (let n = 0; n < 7; n += 1) {
      await sleep(Math.max(0, start + n * 500 + (n === 0 ? 400 : 0) - Date.now()));
      const sentAt = n === 0 ? start : Date.now();
      const capturedAt = iso(start + n * 500 + clockError);
      verdicts.push(
        ...(await batchOf([{ ...metersFromHome(9000 - n * 14), capturedAt }], sentAt + clockError)),
      );
    }
    expect(verdicts).toEqual(verdicts.map(() => 'ACCEPTED'));
  });

  it('are not accepted again when a batch is repeated with more latency', async () => {
    const now = Date.now();
    const batch = [10, 5, 0].map((age, n) => ({
      ...metersFromHome(9000 - n * 50),
      capturedAt: iso(now - age * SECOND),
    }));
    expect(await batchOf(batch, now)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
    await sleep(1500);
    expect(await batchOf(batch, now)).toEqual(['LATE', 'LATE', 'DUPLICATE']);
    expect(await live()).toMatchObject({ version: 2, distanceMeters: 8900 });
  });

  it('are not accepted again after the location has expired', async () => {
    const { id, trainer } = booking;
    const fix = { ...metersFromHome(700), capturedAt: iso(Date.now() - 5 * SECOND) };
    await trainer.update(id, fix);
    await service.redis.del(service.keys.location(trainer.id, id));
    expect((await trainer.update(id, fix)).data.updateLocation).toMatchObject({
      status: 'DUPLICATE',
      version: 2,
      distanceMeters: 700,
      canMarkArrived: false,
    });
    expect(await batchOf([{ ...fix, capturedAt: iso(Date.now() - 9 * SECOND) }])).toEqual(['LATE']);
    expect(await live()).toMatchObject({ location: null, signal: 'LOST' });
  });

  it('are all of a phone whose clock is one hour slow, after 45 s offline', async () => {
    const now = Date.now();
    const batch = Array.from({ length: 10 }, (_, n) => ({
      ...metersFromHome(9000 - n * 100),
      capturedAt: iso(now - 45 * SECOND + n * 5 * SECOND),
    }));
    expect(await batchOf(batch, now - 3_600_000)).toEqual(batch.map(() => 'ACCEPTED'));
    expect(await live()).toMatchObject({ distanceMeters: 8100, signal: 'LIVE' });
  });
});

describe('An arrival', () => {
  let service: TestService;
  let booking: Booking;
  beforeAll(async () => {
    service = await TestService.start(SETTINGS);
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    booking = await service.book();
    await booking.trainer.start(booking.id);
    await service.redis.hset(service.keys.active(booking.id), 'startedAt', Date.now() - 7_200_000);
  });

  const fixAt = (meters: number, ageMs: number) => ({
    ...metersFromHome(meters),
    accuracy: 5,
    capturedAt: iso(Date.now() - ageMs),
  });
  const arrive = (location?: object, sentAt?: string) =>
    booking.trainer.ask(ARRIVE, { sessionId: booking.id, location, sentAt });

  it('is not proven by a fix that is not accepted: a stored one older than 60 s proves nothing either', async () => {
    const stored = fixAt(100, 250 * SECOND);
    await booking.trainer.update(booking.id, stored);
    expect((await arrive()).code).toBe('LOCATION_UNKNOWN');
    // The same moment at another place; half a second before; a little before and not far away.
    const olderBy = (ms: number) => iso(Date.parse(stored.capturedAt) - ms);
    for (const location of [
      { ...fixAt(6000, 0), capturedAt: stored.capturedAt },
      { ...fixAt(40_000, 0), capturedAt: olderBy(500) },
      { ...fixAt(900, 0), capturedAt: olderBy(9000) },
    ]) {
      expect((await arrive(location)).code).toBe('LOCATION_UNKNOWN');
    }
    expect((await booking.student.poll(booking.id)).data.liveLocation).toMatchObject({
      state: 'EN_ROUTE',
      version: 2,
    });
    expect((await arrive(fixAt(120, 0))).data.markArrived).toEqual({ state: 'ARRIVED' });
  });

  it('is judged by the stored fix when the given one is late, and that one is fresh', async () => {
    await booking.trainer.update(booking.id, fixAt(100, 10 * SECOND));
    expect((await arrive(fixAt(5000, 300 * SECOND))).data.markArrived).toEqual({ state: 'ARRIVED' });
  });

  it('is proven by the stored fix itself, sent again after a lost reply, however old', async () => {
    const fix = fixAt(100, 90 * SECOND);
    await booking.trainer.update(booking.id, fix);
    expect((await arrive(fix)).data.markArrived).toEqual({ state: 'ARRIVED' });
  });

  it('is refused with a rejected fix', async () => {
    await booking.trainer.update(booking.id, fixAt(9000, 5000));
    expect((await arrive(fixAt(20, 0))).code).toBe('LOCATION_IMPLAUSIBLE');
    expect((await arrive({ ...fixAt(20, 0), mocked: true })).errors![0].extensions.rejection).toBe('MOCKED');
  });

  it("is proven by a fix on the phone's own clock, when sentAt comes with it", async () => {
    const ahead = 86_400_000;
    const location = { ...metersFromHome(30), capturedAt: iso(Date.now() + ahead - 2000) };
    expect((await arrive(location)).errors![0].extensions.rejection).toBe('FROM_THE_FUTURE');
    expect((await arrive(location, iso(Date.now() + ahead))).data.markArrived).toEqual({ state: 'ARRIVED' });
    const malformed = await arrive(location, 'yesterday');
    expect(malformed).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('waits after a takeover until the home could have been reached from the overturned place', async () => {
    const { id, trainer } = booking;
    const start = Date.now() - 30 * SECOND;
    const at = (meters: number, n: number) => ({
      ...metersFromHome(meters),
      accuracy: 5,
      capturedAt: iso(start + n * 5 * SECOND),
    });
    await trainer.update(id, at(3000, 0));
    expect((await trainer.update(id, at(60, 1))).code).toBe('LOCATION_IMPLAUSIBLE');
    const takeover = await trainer.update(id, at(20, 3));
    expect(takeover.data.updateLocation).toMatchObject({ status: 'ACCEPTED', canMarkArrived: false });

    const unconfirmed = await arrive();
    expect(unconfirmed).toMatchObject({ status: 409, code: 'ARRIVAL_UNCONFIRMED' });
    // 3 km at 120 km/h.
    const { retryAfterMs } = unconfirmed.errors![0].extensions;
    expect(retryAfterMs).toBeGreaterThan(85_000);
    expect(retryAfterMs).toBeLessThanOrEqual(90_000);
    expect((await arrive(at(10, 5))).code).toBe('ARRIVAL_UNCONFIRMED');

    // Time passes: the takeover lies as far back as it has to.
    const key = service.keys.location(trainer.id, id);
    const [latitude, longitude, takenAt] = (await service.redis.hget(key, 'overturned'))!.split(' ');
    await service.redis.hset(key, 'overturned', `${latitude} ${longitude} ${Number(takenAt) - retryAfterMs}`);
    expect((await trainer.update(id, at(10, 6))).data.updateLocation).toMatchObject({ canMarkArrived: true });
    expect((await arrive()).data.markArrived).toEqual({ state: 'ARRIVED' });
  });
});
