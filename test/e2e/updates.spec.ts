import { metersFromHome, TestService, type Booking } from '../support/service';

const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

describe('Updates of a position', () => {
  let service: TestService;
  let booking: Booking;
  beforeAll(async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    booking = await service.book();
    expect((await booking.trainer.start(booking.id)).errors).toBeUndefined();
    // The journey began long ago, so that fixes of the last minutes are of it.
    await service.redis.hset(service.keys.active(booking.id), 'startedAt', Date.now() - 7_200_000);
  });

  const version = async (): Promise<number> =>
    (await booking.student.poll(booking.id)).data.liveLocation.version;

  it('rejects a jump and leaves the marker where it was', async () => {
    const { id, trainer, student } = booking;
    await trainer.update(id, { ...metersFromHome(3000), capturedAt: ago(5000) });
    const jump = await trainer.update(id, { ...metersFromHome(2000), capturedAt: ago(0) });
    expect(jump).toMatchObject({ status: 400, code: 'LOCATION_IMPLAUSIBLE' });
    expect(jump.errors![0].extensions).toMatchObject({ rejection: 'IMPLAUSIBLE_SPEED', limitKmh: 120 });
    expect(jump.errors![0].extensions.speedKmh).toBeGreaterThan(400);
    expect((await student.poll(id)).data.liveLocation).toMatchObject({ version: 2, distanceMeters: 3000 });
    // The same way is plausible when both fixes may be wrong by its length.
    const blurred = await trainer.update(id, { ...metersFromHome(2800), accuracy: 150 });
    expect(blurred.data.updateLocation).toMatchObject({ status: 'ACCEPTED', version: 3 });
  });

  it.each([
    ['FROM_THE_FUTURE', () => ({ capturedAt: new Date(Date.now() + 60_000).toISOString() })],
    ['TOO_OLD', () => ({ capturedAt: ago(7_201_000) })],
    ['INACCURATE', () => ({ accuracy: 201 })],
  ])('rejects a fix as %s', async (rejection, fields) => {
    const { id, trainer } = booking;
    const refused = await trainer.update(id, { ...metersFromHome(500), ...fields() });
    expect(refused).toMatchObject({ status: 400, code: 'LOCATION_IMPLAUSIBLE' });
    expect(refused.errors![0].extensions.rejection).toBe(rejection);
    expect(await version()).toBe(1);
  });

  it('rejects a fix from before the start', async () => {
    const fresh = await service.book();
    await fresh.trainer.start(fresh.id);
    const refused = await fresh.trainer.update(fresh.id, { ...metersFromHome(500), capturedAt: ago(60_000) });
    expect(refused.errors![0].extensions.rejection).toBe('BEFORE_START');
  });

  it('takes a time that is ahead by less than 5 s as now', async () => {
    const { id, trainer, student } = booking;
    await trainer.update(id, {
      ...metersFromHome(500),
      capturedAt: new Date(Date.now() + 3000).toISOString(),
    });
    const { capturedAt, receivedAt } = (await student.poll(id)).data.liveLocation.location;
    expect(capturedAt).toBe(receivedAt);
  });

  it('calls a repeated fix a DUPLICATE and an older one LATE, without an error and without moving the marker', async () => {
    const { id, trainer } = booking;
    const fix = { ...metersFromHome(1500), capturedAt: ago(10_000) };
    expect((await trainer.update(id, fix)).data.updateLocation).toMatchObject({
      status: 'ACCEPTED',
      version: 2,
    });
    expect((await trainer.update(id, fix)).data.updateLocation).toMatchObject({
      status: 'DUPLICATE',
      version: 2,
      distanceMeters: 1500,
    });
    const older = await trainer.update(id, { ...metersFromHome(1600), capturedAt: ago(20_000) });
    expect(older.data.updateLocation).toMatchObject({ status: 'LATE', version: 2, distanceMeters: 1500 });
  });

  it('takes a batch in any order, answers in the order sent, and counts one version', async () => {
    const { id, trainer, student } = booking;
    const answer = await trainer.updateBatch(id, [
      { ...metersFromHome(1000), capturedAt: ago(0), accuracy: 5 },
      { ...metersFromHome(1300), capturedAt: ago(20_000), accuracy: 5 },
      { ...metersFromHome(9000), capturedAt: ago(10_000), accuracy: 5 },
      { ...metersFromHome(1400), capturedAt: ago(30_000), accuracy: 900 },
      { ...metersFromHome(1500), capturedAt: ago(40_000), accuracy: 5 },
    ]);
    expect(answer.data.updateLocations).toEqual({
      sessionId: id,
      version: 2,
      results: [
        { index: 0, status: 'ACCEPTED', rejection: null },
        { index: 1, status: 'ACCEPTED', rejection: null },
        { index: 2, status: 'REJECTED', rejection: 'IMPLAUSIBLE_SPEED' },
        { index: 3, status: 'REJECTED', rejection: 'INACCURATE' },
        { index: 4, status: 'ACCEPTED', rejection: null },
      ],
      nextUpdateMs: 1,
      distanceMeters: 1000,
      canMarkArrived: false,
    });
    expect((await student.poll(id)).data.liveLocation).toMatchObject({ version: 2, distanceMeters: 1000 });
  });

  it("cancels a phone's clock error by sentAt", async () => {
    const { id, trainer, student } = booking;
    const phoneNow = Date.now() + 3 * 86_400_000;
    const at = (ageMs: number) => new Date(phoneNow - ageMs).toISOString();
    const answer = await trainer.updateBatch(
      id,
      [
        { ...metersFromHome(800), capturedAt: at(30_000) },
        { ...metersFromHome(600), capturedAt: at(10_000) },
      ],
      at(0),
    );
    expect(answer.data.updateLocations.results.map((result: { status: string }) => result.status)).toEqual([
      'ACCEPTED',
      'ACCEPTED',
    ]);
    const { capturedAt, receivedAt } = (await student.poll(id)).data.liveLocation.location;
    expect(Date.parse(receivedAt) - Date.parse(capturedAt)).toBe(10_000);
  });

  it('asks a phone that stands still to send less often', async () => {
    const { id, trainer } = booking;
    await trainer.update(id, { ...metersFromHome(2000), capturedAt: ago(61_000) });
    const still = await trainer.update(id, { ...metersFromHome(2010), capturedAt: ago(500) });
    expect(still.data.updateLocation.nextUpdateMs).toBe(15_000);
    const moving = await trainer.update(id, { ...metersFromHome(1960), accuracy: 60 });
    expect(moving.data.updateLocation.nextUpdateMs).toBe(1);
  });

  it.each([
    [{ latitude: 90.1, longitude: 0 }, 'latitude'],
    [{ latitude: 0, longitude: -180.5 }, 'longitude'],
    [{ latitude: 0, longitude: 0, heading: 361 }, 'heading'],
  ])('names the field of %j that is out of range, and never its value', async (location, field) => {
    const { id, trainer } = booking;
    const refused = await trainer.update(id, location);
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(refused.errors![0].message).toContain(field);
    expect(refused.errors![0].extensions.field).toBe(field);
    for (const value of Object.values(location).filter((number) => Math.abs(number) > 1)) {
      expect(JSON.stringify(refused.errors)).not.toContain(String(value));
    }
    expect(await version()).toBe(1);
  });

  it('refuses a batch of none and of more than 100', async () => {
    const { id, trainer } = booking;
    expect(await trainer.updateBatch(id, [])).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    const many = Array.from({ length: 101 }, () => metersFromHome(100));
    expect(await trainer.updateBatch(id, many)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
  });

  it('knows no journey where none was started', async () => {
    const other = await service.book();
    expect(await other.trainer.update(other.id, metersFromHome(10))).toMatchObject({
      status: 404,
      code: 'JOURNEY_NOT_ACTIVE',
    });
  });
});

describe('The rate of updates', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start();
  });
  afterAll(() => service.stop());

  it('allows one request in 5 s over all sessions of a trainer, a batch too, and says when the next may come', async () => {
    const first = await service.book();
    const second = await service.book({ trainerId: first.trainer.id });
    await first.trainer.start(first.id);
    await first.trainer.start(second.id);
    const sentAt = performance.now();
    expect((await first.trainer.update(first.id, metersFromHome(900))).data.updateLocation.nextUpdateMs).toBe(
      5000,
    );

    const limited = await first.trainer.updateBatch(second.id, [metersFromHome(900)]);
    const passedMs = performance.now() - sentAt;
    expect(limited).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    const { retryAfterMs } = limited.errors![0].extensions;
    expect(retryAfterMs).toBeGreaterThan(3995 - passedMs);
    expect(retryAfterMs).toBeLessThanOrEqual(4000);
    expect(limited.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1000)));
    expect(await service.redis.pttl(service.keys.rate(first.trainer.id))).toBeGreaterThan(0);
    // An arrival does not wait for the next tick.
    expect((await first.trainer.arrive(first.id, { ...metersFromHome(140), accuracy: 100 })).code).toBe(
      'LOCATION_IMPLAUSIBLE',
    );
    // Whether the journey is active is checked before the rate.
    await first.trainer.stop(first.id);
    expect(await first.trainer.update(first.id, metersFromHome(800))).toMatchObject({ status: 410 });
  });

  it('charges nothing for an update that found no journey', async () => {
    const ended = await service.book();
    const active = await service.book({ trainerId: ended.trainer.id });
    await ended.trainer.start(ended.id);
    await ended.trainer.stop(ended.id);
    await ended.trainer.start(active.id);
    expect(await ended.trainer.update(ended.id, metersFromHome(900))).toMatchObject({ status: 410 });
    expect(await ended.trainer.update(active.id, metersFromHome(900))).toMatchObject({ status: 200 });
  });
});
