import { FAULT_SETTINGS, retryWhileUnavailable } from '../faults/scenes';
import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';

const UPDATE = `mutation ($id: ID!, $location: LocationInput!, $deviceId: ID) {
  updateLocation(sessionId: $id, location: $location, deviceId: $deviceId) { status version distanceMeters canMarkArrived }
}`;
const BATCH = `mutation ($id: ID!, $locations: [LocationInput!]!, $deviceId: ID) {
  updateLocations(sessionId: $id, locations: $locations, deviceId: $deviceId) { version }
}`;
const START =
  'mutation ($id: ID!, $deviceId: ID) { startJourney(sessionId: $id, deviceId: $deviceId) { id } }';
const ARRIVE = `mutation ($id: ID!, $location: LocationInput, $deviceId: ID) {
  markArrived(sessionId: $id, location: $location, deviceId: $deviceId) { state }
}`;
const TAKE_OVER =
  'mutation ($id: ID!, $deviceId: ID!) { takeOverJourney(sessionId: $id, deviceId: $deviceId) { id state } }';

/** One of the trainer's devices. */
const device = ({ id, trainer }: Booking, deviceId: string | null, by: Actor = trainer) => ({
  start: () => by.ask(START, { id, deviceId }),
  update: (meters: number, fix = {}) =>
    by.ask(UPDATE, { id, deviceId, location: { ...metersFromHome(meters), accuracy: 10, ...fix } }),
  batch: (meters: number) => by.ask(BATCH, { id, deviceId, locations: [metersFromHome(meters)] }),
  arrive: (location?: object) => by.ask(ARRIVE, { id, deviceId, location }),
  takeOver: () => by.ask(TAKE_OVER, { id, deviceId }),
});

const OTHER_DEVICE = { status: 409, code: 'OTHER_DEVICE_REPORTS' };

describe('The reporting device', () => {
  let service: TestService;
  let booking: Booking;
  let phone: ReturnType<typeof device>;
  let tablet: ReturnType<typeof device>;
  beforeAll(async () => {
    service = await TestService.start(FAULT_SETTINGS);
  });
  // A first connection to a store may take longer than a request may.
  beforeAll(async () => {
    const { student, id } = await service.book();
    await retryWhileUnavailable(() => student.poll(id));
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    booking = await service.book();
    [phone, tablet] = [device(booking, 'phone'), device(booking, 'tablet')];
  });

  const live = async () => (await booking.student.poll(booking.id)).data.liveLocation;

  it.each(['that started', 'that reported first'])(
    'is the one %s, and another one neither moves the marker nor arrives',
    async (how) => {
      const start = await (how === 'that started' ? phone : device(booking, null)).start();
      expect(start.errors).toBeUndefined();
      expect((await phone.update(900)).errors).toBeUndefined();
      for (const refused of [
        await tablet.update(4000),
        await tablet.batch(4000),
        await tablet.arrive(),
        await tablet.arrive({ ...metersFromHome(10), accuracy: 10 }),
      ]) {
        expect(refused).toMatchObject(OTHER_DEVICE);
        const { since } = refused.errors![0].extensions;
        expect(Math.abs(Date.now() - Date.parse(since))).toBeLessThan(60_000);
      }
      expect(await live()).toMatchObject({ version: 2, distanceMeters: 900 });
      expect(await tablet.start()).toMatchObject({ status: 409, code: 'JOURNEY_ALREADY_STARTED' });
    },
  );

  it('is not checked for an app that names none', async () => {
    await phone.start();
    await phone.update(900);
    expect((await device(booking, null).update(895)).data.updateLocation.version).toBe(3);
  });

  it('is another one after a takeover, whose first fix counts as one, while the place before forbids an arrival', async () => {
    await tablet.start();
    await tablet.update(4000);
    for (let times = 0; times < 2; times += 1) {
      expect((await phone.takeOver()).data.takeOverJourney.state).toBe('EN_ROUTE');
    }
    expect(await tablet.update(4000)).toMatchObject(OTHER_DEVICE);
    // The fix of the other device proves nothing for this one.
    expect(await phone.arrive()).toMatchObject({ status: 409, code: 'LOCATION_UNKNOWN' });
    const earlier = { capturedAt: new Date(Date.now() - 3000).toISOString() };
    await service.redis.hset(service.keys.active(booking.id), 'startedAt', Date.now() - 60_000);
    expect((await phone.update(100, earlier)).data.updateLocation).toMatchObject({
      status: 'ACCEPTED',
      version: 3,
      distanceMeters: 100,
      canMarkArrived: false,
    });
    const arrival = await phone.arrive();
    expect(arrival).toMatchObject({ status: 409, code: 'ARRIVAL_UNCONFIRMED' });
    // 4 km at 120 km/h take two minutes.
    expect(arrival.errors![0].extensions.retryAfterMs).toBeGreaterThan(100_000);
    expect(await phone.update(4000)).toMatchObject({ status: 400, code: 'LOCATION_IMPLAUSIBLE' });
    // A second takeover by the same device is none.
    await phone.takeOver();
    expect(await phone.update(4000)).toMatchObject({ status: 400, code: 'LOCATION_IMPLAUSIBLE' });
  });

  it('is taken over by the trainer alone, and of an active journey alone', async () => {
    expect(await phone.takeOver()).toMatchObject({ status: 404, code: 'JOURNEY_NOT_ACTIVE' });
    await phone.start();
    expect(await device(booking, 'x', booking.student).takeOver()).toMatchObject({ status: 403 });
    const outsider = await service.actor('outsider', 'trainer');
    expect(await device(booking, 'x', outsider).takeOver()).toMatchObject({ status: 404 });
    await booking.trainer.stop(booking.id);
    expect(await phone.takeOver()).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
  });

  it.each(['', 'a b', 'x'.repeat(65), 'a/b'])('has no id such as "%s"', async (deviceId) => {
    const nameless = device(booking, deviceId);
    for (const answer of [
      await nameless.start(),
      await nameless.update(10),
      await nameless.batch(10),
      await nameless.arrive(),
      await nameless.takeOver(),
    ]) {
      expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(answer.errors![0].extensions.field).toBe('deviceId');
    }
    expect((await device(booking, 'x'.repeat(64)).start()).errors).toBeUndefined();
  });
});

describe('The rate of a trainer with several devices', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ REQUESTS_PER_MINUTE: 'off' });
  });
  // A first connection to a store may take longer than a request may.
  beforeAll(async () => {
    const { student, id } = await service.book();
    await retryWhileUnavailable(() => student.poll(id));
  });
  afterAll(() => service.stop());

  it('is not spent by a device that does not report, however often it tries, before it or meanwhile', async () => {
    const booking = await service.book();
    const [phone, tablet] = [device(booking, 'phone'), device(booking, 'tablet')];
    await phone.start();
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => tablet.update(4000)),
      phone.update(900),
      ...Array.from({ length: 10 }, () => tablet.batch(4000)),
    ]);
    const reported = answers.splice(10, 1)[0]!;
    expect(reported.data?.updateLocation).toMatchObject({ status: 'ACCEPTED', version: 2 });
    for (const answer of answers) expect(answer).toMatchObject(OTHER_DEVICE);
    // Nor by the charge for the one that reports, whose own rate holds as before.
    expect(await tablet.update(4000)).toMatchObject(OTHER_DEVICE);
    expect(await phone.update(890)).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
  });
});
