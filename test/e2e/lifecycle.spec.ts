import { eventually } from '../faults/eventually';
import { metersFromHome, TestService, type Booking } from '../support/service';

describe('The life of a journey, over HTTP', () => {
  let service: TestService;
  beforeAll(async () => {
    // A trainer sends as fast as it likes here; the rate has its own tests.
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
  });
  afterAll(() => service.stop());

  let booking: Booking;
  beforeEach(async () => {
    booking = await service.book();
  });

  it('goes from a start through updates and polls to an arrival', async () => {
    const { id, trainer, student } = booking;
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'NOT_STARTED',
      isActive: false,
      version: 0,
      journeyId: null,
      location: null,
      signal: null,
      pollAfterMs: 30_000,
    });

    const started = (await trainer.start(id)).data.startJourney;
    expect(started).toMatchObject({
      sessionId: id,
      state: 'EN_ROUTE',
      endedAt: null,
      session: { id, status: 'CONFIRMED', home: { latitude: 52.52, longitude: 13.405 } },
    });
    expect(Date.parse(started.expiresAt) - Date.parse(started.startedAt)).toBe(3_600_000);
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'EN_ROUTE',
      isActive: true,
      version: 1,
      journeyId: started.id,
      location: null,
      signal: null,
      pollAfterMs: 5000,
    });

    const far = await trainer.update(id, { ...metersFromHome(3000), accuracy: 8, heading: 180, speed: 9.5 });
    expect(far.data.updateLocation).toEqual({
      sessionId: id,
      version: 2,
      status: 'ACCEPTED',
      nextUpdateMs: 1,
      distanceMeters: 3000,
      canMarkArrived: false,
    });
    const seen = (await student.poll(id)).data.liveLocation;
    expect(seen).toMatchObject({ version: 2, signal: 'LIVE', distanceMeters: 3000, pollAfterMs: 5000 });
    expect(seen.location).toMatchObject({ ...metersFromHome(3000), accuracy: 8, heading: 180, speed: 9.5 });

    const tooFar = await trainer.arrive(id);
    expect(tooFar).toMatchObject({ status: 400, code: 'ARRIVAL_TOO_FAR' });
    expect(tooFar.errors![0].extensions).toMatchObject({ distanceMeters: 3000, limitMeters: 150 });

    await service.redis.del(service.keys.location(trainer.id, id));
    const arrived = await trainer.arrive(id, metersFromHome(149));
    expect(arrived.data.markArrived).toMatchObject({ id: started.id, state: 'ARRIVED' });
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'ARRIVED',
      isActive: false,
      version: 4,
      location: null,
      signal: null,
      distanceMeters: null,
      endedAt: arrived.data.markArrived.endedAt,
      pollAfterMs: null,
    });

    const late = await trainer.update(id, metersFromHome(100));
    expect(late).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
    expect(late.errors![0].extensions).toMatchObject({ state: 'ARRIVED' });
    // An arrival is final, and repeating it gives it again.
    expect((await trainer.arrive(id)).data.markArrived).toEqual(arrived.data.markArrived);
    expect(await trainer.start(id)).toMatchObject({ status: 409, code: 'SESSION_NOT_STARTABLE' });
    expect(await trainer.stop(id)).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
  });

  it('refuses an arrival from 151 m and keeps its fix, and takes one from 149 m', async () => {
    const { id, trainer, student } = booking;
    await trainer.start(id);
    const refused = await trainer.arrive(id, metersFromHome(151));
    expect(refused).toMatchObject({ status: 400, code: 'ARRIVAL_TOO_FAR' });
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'EN_ROUTE',
      version: 2,
      distanceMeters: 151,
      pollAfterMs: 3000,
    });
    expect(
      (await trainer.arrive(id, { ...metersFromHome(149), accuracy: 20 })).data.markArrived,
    ).toMatchObject({
      state: 'ARRIVED',
    });
  });

  it('takes an arrival by a fix of some minutes ago that comes with it, and by none but a recent one without', async () => {
    const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();
    const taken = { ...metersFromHome(20), capturedAt: ago(90_000) };
    const earlier = { ...metersFromHome(40), capturedAt: ago(120_000) };
    // The fix is new, or it has been sent before. An older one than the stored fix proves nothing.
    for (const [sent, given, outcome] of [
      [null, taken, { data: { markArrived: { state: 'ARRIVED' } } }],
      [taken, taken, { data: { markArrived: { state: 'ARRIVED' } } }],
      [taken, earlier, { status: 409, code: 'LOCATION_UNKNOWN' }],
    ] as const) {
      const { id, trainer } = await service.book();
      await trainer.start(id);
      await service.redis.hset(service.keys.active(id), 'startedAt', Date.now() - 1_800_000);
      if (sent) {
        expect((await trainer.update(id, sent)).errors).toBeUndefined();
        expect(await trainer.arrive(id)).toMatchObject({ status: 409, code: 'LOCATION_UNKNOWN' });
      }
      expect(await trainer.arrive(id, given)).toMatchObject(outcome);
    }
  });

  it.each([150.001, 150.04, 150.4])(
    'never reports a distance within the arrival radius to a trainer who is %d m away',
    async (meters) => {
      const { id, trainer } = booking;
      await trainer.start(id);
      const { errors } = await trainer.arrive(id, metersFromHome(meters));
      expect(errors![0].extensions).toMatchObject({
        code: 'ARRIVAL_TOO_FAR',
        distanceMeters: 151,
        limitMeters: 150,
      });
    },
  );

  it('knows no place to arrive at without a fix', async () => {
    const { id, trainer } = booking;
    await trainer.start(id);
    expect(await trainer.arrive(id)).toMatchObject({ status: 409, code: 'LOCATION_UNKNOWN' });
    // One that is too old proves nothing.
    const old = new Date(Date.now() - 4000).toISOString();
    await trainer.update(id, { ...metersFromHome(10), capturedAt: old });
    await service.redis.hset(service.keys.location(trainer.id, id), 'capturedAt', Date.now() - 61_000);
    expect(await trainer.arrive(id)).toMatchObject({ status: 409, code: 'LOCATION_UNKNOWN' });
  });

  it('stops, says so again when asked again, and may start anew', async () => {
    const { id, trainer, student } = booking;
    const first = (await trainer.start(id)).data.startJourney;
    await trainer.update(id, metersFromHome(2000));
    const stopped = (await trainer.stop(id)).data.stopJourney;
    expect(stopped).toMatchObject({ id: first.id, state: 'STOPPED' });
    expect((await trainer.stop(id)).data.stopJourney).toEqual(stopped);
    expect(await trainer.arrive(id)).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'STOPPED',
      version: 3,
      location: null,
      pollAfterMs: 30_000,
    });

    const second = (await trainer.start(id)).data.startJourney;
    expect(second.id).not.toBe(first.id);
    // Nothing of the first journey is left.
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      journeyId: second.id,
      state: 'EN_ROUTE',
      version: 1,
      location: null,
    });
  });

  it('says to a second start which journey is active', async () => {
    const { id, trainer } = booking;
    const { id: journeyId, startedAt } = (await trainer.start(id)).data.startJourney;
    const again = await trainer.start(id);
    expect(again).toMatchObject({ status: 409, code: 'JOURNEY_ALREADY_STARTED' });
    expect(again.errors![0].extensions).toMatchObject({ journeyId, startedAt });
  });

  it('lets exactly one of many racing starts win', async () => {
    const { id, trainer } = booking;
    const answers = await Promise.all(Array.from({ length: 12 }, () => trainer.start(id)));
    const won = answers.filter((answer) => !answer.errors);
    expect(won).toHaveLength(1);
    for (const lost of answers.filter((answer) => answer.errors)) {
      expect(lost.code).toBe('JOURNEY_ALREADY_STARTED');
      expect(lost.errors![0].extensions.journeyId).toBe(won[0]!.data.startJourney.id);
    }
  });

  it('answers a repeated clientRequestId with the journey that it made, active or ended', async () => {
    const { id, trainer } = booking;
    const [first, second] = await Promise.all([trainer.start(id, 'tap-1'), trainer.start(id, 'tap-1')]);
    expect(second.data.startJourney).toEqual(first.data.startJourney);
    expect(await trainer.start(id, 'tap-2')).toMatchObject({ code: 'JOURNEY_ALREADY_STARTED' });

    await trainer.stop(id);
    expect((await trainer.start(id, 'tap-1')).data.startJourney).toMatchObject({
      id: first.data.startJourney.id,
      state: 'STOPPED',
    });
    expect((await trainer.start(id, 'tap-2')).data.startJourney.id).not.toBe(first.data.startJourney.id);
  });

  it.each(['COMPLETED', 'CANCELLED'] as const)('does not start a %s session', async (status) => {
    const { id, trainer } = await service.book({ status });
    const answer = await trainer.start(id);
    expect(answer).toMatchObject({ status: 409, code: 'SESSION_NOT_STARTABLE' });
    expect(answer.errors![0].extensions).toMatchObject({ sessionStatus: status });
  });

  it('cancels the journey of a booking that was cancelled, and of one given to another trainer', async () => {
    const operator = await service.actor('operator-1', 'operator');
    const { id, session, trainer, student } = booking;
    await trainer.start(id);
    await trainer.update(id, metersFromHome(900));

    expect((await operator.refresh(id)).data.refreshSession).toMatchObject({ id, status: 'CONFIRMED' });
    expect((await student.poll(id)).data.liveLocation.state).toBe('EN_ROUTE');

    const other = await service.actor('trainer-other', 'trainer');
    await service.rebook({ ...session, trainerId: other.id });
    expect((await operator.refresh(id)).data.refreshSession).toMatchObject({ trainerId: other.id });
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'CANCELLED',
      isActive: false,
      location: null,
      pollAfterMs: 30_000,
    });
    expect(await trainer.update(id, metersFromHome(800))).toMatchObject({
      status: 410,
      code: 'JOURNEY_ENDED',
    });
    expect((await other.start(id)).data.startJourney).toMatchObject({
      trainerId: other.id,
      state: 'EN_ROUTE',
    });

    await service.rebook({ ...session, trainerId: other.id, status: 'CANCELLED' });
    await operator.refresh(id);
    expect((await student.poll(id)).data.liveLocation).toMatchObject({
      state: 'CANCELLED',
      pollAfterMs: null,
    });
  });

  it('knows the new trainer of a session while the old one is still shown how the journey ended', async () => {
    const operator = await service.actor('operator-1', 'operator');
    const { id, session, trainer } = booking;
    await trainer.start(id);
    const other = await service.actor('trainer-after', 'trainer');
    const outsider = await service.actor('trainer-of-nothing', 'trainer');
    await service.rebook({ ...session, trainerId: other.id });
    await operator.refresh(id);
    // Neither before the session is cached again nor after.
    for (const act of ['update', 'stop', 'arrive', 'update'] as const) {
      const [theirs, strange, old] = await Promise.all(
        [other, outsider, trainer].map((actor) => actor[act](id, metersFromHome(900))),
      );
      expect(theirs).toMatchObject({ status: 404, code: 'JOURNEY_NOT_ACTIVE' });
      expect(strange).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
      expect(old).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
    }
  });

  it.each([
    { as: 'ARRIVED', pollAfterMs: null, then: 'SESSION_NOT_STARTABLE' },
    { as: 'STOPPED', pollAfterMs: 30_000, then: undefined },
  ])('returns from the durable record that it $as, once Redis has no data of it', async (end) => {
    const { id, trainer, student } = booking;
    await trainer.start(id);
    const arrival = { ...metersFromHome(20), accuracy: 10 };
    const ended = end.as === 'ARRIVED' ? await trainer.arrive(id, arrival) : await trainer.stop(id);
    expect(ended.errors).toBeUndefined();
    const shown = (await student.poll(id)).data.liveLocation;
    expect(shown).toMatchObject({ state: end.as, isActive: false, pollAfterMs: end.pollAfterMs });

    const forget = () => service.redis.del(service.keys.ended(id), service.keys.meta(id));
    // The record is written after the answer; until it is, a poll that finds nothing is cached.
    await eventually('the end is recorded', async () => {
      await forget();
      return (await student.poll(id)).data.liveLocation.state === end.as;
    });
    expect((await student.poll(id)).data.liveLocation).toEqual(shown);
    await forget();
    expect((await trainer.start(id)).code).toBe(end.then);
  });

  it('shows after each mutation of one document what that one did, by Apollo Server and on the compiled path', async () => {
    // An unknown document becomes a known one after three answers.
    for (let round = 0; round < 5; round += 1) {
      const { id, trainer } = await service.book();
      const { data } = await trainer.ask(
        `mutation ($id: ID!) {
          a: startJourney(sessionId: $id) { session { liveLocation { state } } }
          b: stopJourney(sessionId: $id) { session { liveLocation { state isActive } } }
          c: startJourney(sessionId: $id) { session { liveLocation { state version } } }
        }`,
        { id },
      );
      expect(data).toEqual({
        a: { session: { liveLocation: { state: 'EN_ROUTE' } } },
        b: { session: { liveLocation: { state: 'STOPPED', isActive: false } } },
        c: { session: { liveLocation: { state: 'EN_ROUTE', version: 1 } } },
      });
    }
  });

  it('starts for the new trainer though nobody reported the change while the old journey was active', async () => {
    const { id, session, trainer } = booking;
    await trainer.start(id);
    const other = await service.actor('trainer-next', 'trainer');
    await service.rebook({ ...session, trainerId: other.id });
    expect((await other.start(id)).data.startJourney).toMatchObject({ trainerId: other.id });
    // Someone else's session, as far as the old trainer may know.
    expect(await trainer.update(id, metersFromHome(500))).toMatchObject({
      status: 404,
      code: 'SESSION_NOT_FOUND',
    });
  });
});

describe('A journey that nobody ends', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ JOURNEY_TTL_SECONDS: '3' });
  });
  afterAll(() => service.stop());

  it('expires on time, once, and its outcome stays readable', async () => {
    const { id, trainer, student } = await service.book();
    const { startedAt, expiresAt } = (await trainer.start(id)).data.startJourney;
    expect((await trainer.update(id, metersFromHome(700))).errors).toBeUndefined();
    expect(Date.parse(expiresAt) - Date.parse(startedAt)).toBe(3000);
    await new Promise((resolve) => setTimeout(resolve, Date.parse(expiresAt) + 50 - Date.now()));
    // Told as expired at once, whether or not the watchdog has come by.
    const shown = (await student.poll(id)).data.liveLocation;
    expect(shown).toMatchObject({ state: 'EXPIRED', version: 3, endedAt: expiresAt, location: null });

    await eventually(
      'the watchdog ends it',
      async () => (await service.redis.exists(service.keys.ended(id))) === 1,
    );
    expect((await student.poll(id)).data.liveLocation).toEqual(shown);
    expect(await service.redis.exists(service.keys.active(id), service.keys.location(trainer.id, id))).toBe(
      0,
    );
    expect(await trainer.update(id, metersFromHome(600))).toMatchObject({
      status: 410,
      code: 'JOURNEY_ENDED',
    });
    expect((await trainer.start(id)).data.startJourney.state).toBe('EN_ROUTE');
  });
});
