import { FAULT_SETTINGS, retryWhileUnavailable } from '../faults/scenes';
import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';

const REFRESH = `mutation ($id: ID!) {
  refreshSession(sessionId: $id) {
    trainerId studentId home { latitude } liveLocation { state distanceMeters location { latitude } }
  }
}`;
const LISTS = `{
  sessions { edges { node { id liveLocation { state location { latitude } } lastJourney { state } } } }
  activeJourneys { sessionId session { id studentId } }
}`;

describe('A booking that changes during its journey', () => {
  let service: TestService;
  let operator: Actor;
  let booking: Booking;
  beforeAll(async () => {
    service = await TestService.start(FAULT_SETTINGS);
    operator = await service.actor('operator-1', 'operator');
  });
  // A first connection to a store may take longer than a request may.
  beforeAll(async () => {
    const { student, id } = await service.book();
    await retryWhileUnavailable(() => student.poll(id));
  });
  afterAll(() => service.stop());
  beforeEach(async () => {
    booking = await service.book();
    expect((await booking.trainer.start(booking.id)).errors).toBeUndefined();
    const update = await booking.trainer.update(booking.id, { ...metersFromHome(500), accuracy: 100 });
    expect(update.errors).toBeUndefined();
  });

  const refresh = () => operator.ask(REFRESH, { id: booking.id });
  const move = (meters: number) => service.rebook({ ...booking.session, home: metersFromHome(meters) });

  const handOver = async (role: 'trainer' | 'student'): Promise<Actor> => {
    const next = await service.actor(`${role}-after-${booking.id}`, role);
    await service.rebook({ ...booking.session, [`${role}Id`]: next.id });
    return next;
  };

  it('has its new home after a refresh, whose answer shows the new distance, and the trainer arrives there', async () => {
    const { id, trainer, student } = booking;
    await move(400);
    const { data } = await refresh();
    expect(data.refreshSession).toMatchObject({
      home: { latitude: metersFromHome(400).latitude },
      liveLocation: { state: 'EN_ROUTE', distanceMeters: 100 },
    });
    expect((await student.poll(id)).data.liveLocation).toMatchObject({ version: 2, distanceMeters: 100 });
    const atTheOldDoor = await trainer.update(id, { ...metersFromHome(390), accuracy: 100 });
    expect(atTheOldDoor.data.updateLocation).toMatchObject({ distanceMeters: 10, canMarkArrived: true });
    expect((await trainer.arrive(id)).data.markArrived).toMatchObject({ state: 'ARRIVED' });
  });

  it('expects the trainer at its new home at once, and counts the two fixes of a stage anew', async () => {
    const { id, trainer, student } = booking;
    const progress = async () => {
      const { data } = await student.ask(
        'query ($id: ID!) { liveLocation(sessionId: $id) { stage eta { arrivesAt } location { capturedAt } } }',
        { id },
      );
      return data.liveLocation;
    };
    const before = await progress();
    expect(before.stage).toBe('ON_THE_WAY');
    await move(-4000);
    await refresh();
    const { eta, location } = await progress();
    const expectedMs = 1940 * (4500 + 100) ** 0.654;
    expect(Date.parse(eta.arrivesAt) - Date.parse(location.capturedAt)).toBeCloseTo(expectedMs, -3);
    // The fix before was near the former home alone.
    await move(1000);
    await refresh();
    expect((await trainer.update(id, { ...metersFromHome(520), accuracy: 100 })).errors).toBeUndefined();
    expect((await progress()).stage).toBe('ON_THE_WAY');
    expect((await trainer.update(id, { ...metersFromHome(521), accuracy: 100 })).errors).toBeUndefined();
    expect((await progress()).stage).toBe('NEARBY');
  });

  it('ends as CANCELLED for the former student, without a coordinate, and is nothing to the new one', async () => {
    const { id, student, trainer } = booking;
    const next = await handOver('student');
    expect((await next.poll(id)).data.liveLocation).toMatchObject({
      state: 'NOT_STARTED',
      journeyId: null,
      location: null,
      pollAfterMs: 30_000,
    });
    expect((await student.poll(id)).data.liveLocation.state).toBe('EN_ROUTE');

    expect((await refresh()).data.refreshSession).toMatchObject({ studentId: next.id });
    for (let polls = 0; polls < 2; polls += 1) {
      expect((await student.poll(id)).data.liveLocation).toMatchObject({
        state: 'CANCELLED',
        isActive: false,
        location: null,
        distanceMeters: null,
        pollAfterMs: null,
      });
      expect((await next.poll(id)).data.liveLocation).toMatchObject({
        state: 'NOT_STARTED',
        journeyId: null,
      });
    }
    expect((await student.ask(LISTS)).data).toEqual({ sessions: { edges: [] }, activeJourneys: [] });
    expect(await trainer.update(id, metersFromHome(500))).toMatchObject({ status: 410 });

    expect((await trainer.start(id)).data.startJourney).toMatchObject({ studentId: next.id });
    expect((await next.poll(id)).data.liveLocation.state).toBe('EN_ROUTE');
    expect(await student.poll(id)).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
  });

  it.each(['trainer', 'student'] as const)(
    'shows in all lists of a new %s, and of the former one, before anybody has reported the change',
    async (role) => {
      const { id, student } = booking;
      const former = booking[role];
      const next = await handOver(role);
      const lists = await next.ask(LISTS);
      expect(lists.errors).toBeUndefined();
      expect(lists.data).toEqual({
        sessions: {
          edges: [
            { node: { id, liveLocation: { state: 'NOT_STARTED', location: null }, lastJourney: null } },
          ],
        },
        activeJourneys: [],
      });
      // Also once the session is cached as it is booked now.
      const theirs = await former.ask(LISTS);
      expect(theirs.errors).toBeUndefined();
      expect(theirs.data.activeJourneys).toEqual([{ sessionId: id, session: { id, studentId: student.id } }]);
      expect((await next.ask('query ($id: ID!) { session(id: $id) { id } }', { id })).errors).toBeUndefined();
      expect(await (await service.actor('outsider', role)).poll(id)).toMatchObject({
        status: 404,
        code: 'SESSION_NOT_FOUND',
      });
    },
  );

  it('answers a new trainer that no journey of its own is active', async () => {
    const next = await handOver('trainer');
    for (const act of ['update', 'stop', 'arrive'] as const) {
      expect(await next[act](booking.id, metersFromHome(900))).toMatchObject({
        status: 404,
        code: 'JOURNEY_NOT_ACTIVE',
      });
    }
    expect((await next.start(booking.id)).data.startJourney.state).toBe('EN_ROUTE');
  });

  it('forbids a new student what only the trainer may do', async () => {
    const next = await handOver('student');
    expect(await next.stop(booking.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it('is as it was booked last after many refreshes at once, and after the same one again', async () => {
    for (const meters of [100, 200, 300]) {
      await move(meters);
      const answers = await Promise.all(Array.from({ length: 4 }, refresh));
      for (const { data } of [...answers, await refresh()]) {
        expect(data.refreshSession).toMatchObject({
          home: { latitude: metersFromHome(meters).latitude },
          liveLocation: { distanceMeters: 500 - meters },
        });
      }
    }
  });
});
