import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';

const REPORT = `mutation ($id: ID!, $problem: TrackingProblem, $deviceId: ID) {
  reportTrackingProblem(sessionId: $id, problem: $problem, deviceId: $deviceId) { id state }
}`;
const POLL = 'query ($id: ID!) { liveLocation(sessionId: $id) { journeyId version trackingProblem } }';

describe('A tracking problem that the trainer’s phone reports', () => {
  let service: TestService;
  let booking: Booking;
  beforeAll(async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    booking = await service.book();
  });

  const report = (problem: string | null, deviceId?: string, by: Actor = booking.trainer) =>
    by.ask(REPORT, { id: booking.id, problem, deviceId });
  const shown = async (): Promise<string | null> =>
    (await booking.student.ask(POLL, { id: booking.id })).data.liveLocation.trackingProblem;

  it('is shown until the phone reports that all is well', async () => {
    const { id } = (await booking.trainer.start(booking.id)).data.startJourney;
    expect(await shown()).toBeNull();
    expect((await report('PERMISSION_DENIED')).data.reportTrackingProblem).toEqual({ id, state: 'EN_ROUTE' });
    expect(await shown()).toBe('PERMISSION_DENIED');
    await report('NO_POSITION');
    expect(await shown()).toBe('NO_POSITION');
    expect((await report(null)).data.reportTrackingProblem).toEqual({ id, state: 'EN_ROUTE' });
    expect(await shown()).toBeNull();
  });

  it('is over with the next accepted fix, and only with that; also once the fix has expired', async () => {
    await booking.trainer.start(booking.id);
    await booking.trainer.update(booking.id, metersFromHome(900));
    await report('LOCATION_OFF');
    const tooFar = await booking.trainer.update(booking.id, metersFromHome(90_000));
    expect(tooFar.code).toBe('LOCATION_IMPLAUSIBLE');
    expect(await shown()).toBe('LOCATION_OFF');
    await booking.trainer.update(booking.id, metersFromHome(899));
    expect(await shown()).toBeNull();
    await service.redis.del(service.keys.location(booking.trainer.id, booking.id));
    expect(await shown()).toBeNull();
    await report('LOCATION_OFF');
    expect(await shown()).toBe('LOCATION_OFF');
  });

  it('moves no marker, counts no version and delays no fix', async () => {
    const strict = await TestService.start();
    try {
      const { id, trainer, student } = await strict.book();
      await trainer.start(id);
      for (let at = 0; at < 5; at += 1) {
        const problem = at % 2 ? 'BATTERY_SAVER' : 'SIGNED_OUT';
        expect((await trainer.ask(REPORT, { id, problem })).errors).toBeUndefined();
      }
      expect((await trainer.update(id, metersFromHome(500))).data.updateLocation.status).toBe('ACCEPTED');
      expect((await student.ask(POLL, { id })).data.liveLocation.version).toBe(2);
    } finally {
      await strict.stop();
    }
  });

  it('may be repeated as often as the phone likes, but may not change a dozen times at once', async () => {
    await booking.trainer.start(booking.id);
    for (let at = 0; at < 30; at += 1) expect((await report('MOCKED_LOCATION')).errors).toBeUndefined();
    for (let at = 0; at < 11; at += 1) {
      expect((await report(at % 2 ? 'NO_POSITION' : 'PRECISE_LOCATION_OFF')).errors).toBeUndefined();
    }
    const refused = await report('NO_POSITION');
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    expect(refused.errors![0].extensions.retryAfterMs).toBeGreaterThan(0);
    expect(refused.errors![0].extensions.retryAfterMs).toBeLessThanOrEqual(5000);
    expect(await shown()).toBe('PRECISE_LOCATION_OFF');
  });

  it('is refused of anybody but the trainer whose journey is active, and of a device that does not report', async () => {
    expect(await report('NO_POSITION')).toMatchObject({ status: 404, code: 'JOURNEY_NOT_ACTIVE' });
    await booking.trainer.start(booking.id);
    expect(await report('NO_POSITION', undefined, booking.student)).toMatchObject({
      status: 403,
      code: 'FORBIDDEN',
    });
    for (const role of ['trainer', 'student'] as const) {
      const stranger = await service.actor('somebody', role);
      expect(await report('NO_POSITION', undefined, stranger)).toMatchObject({
        status: 404,
        code: 'SESSION_NOT_FOUND',
      });
    }
    await booking.trainer.ask(
      'mutation ($id: ID!, $location: LocationInput!) { updateLocation(sessionId: $id, location: $location, deviceId: "phone") { status } }',
      { id: booking.id, location: metersFromHome(900) },
    );
    expect(await report('NO_POSITION', 'tablet')).toMatchObject({
      status: 409,
      code: 'OTHER_DEVICE_REPORTS',
    });
    expect((await report('NO_POSITION', 'phone')).errors).toBeUndefined();
    expect((await report('TELEPORTED')).code).toBe('BAD_USER_INPUT');
    await booking.trainer.stop(booking.id);
    expect(await report('NO_POSITION')).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
    expect(await shown()).toBeNull();
    await booking.trainer.start(booking.id);
    expect(await shown()).toBeNull();
  });
});
