import type { Viewer } from '../../src/domain/viewer';
import { studentOf, TestDomain, trainerOf } from '../support/domain';

describe('Starts while the booking changes', () => {
  let domain: TestDomain;
  beforeAll(async () => {
    domain = await TestDomain.open();
  });
  afterAll(() => domain.close());

  it("leave the new trainer's journey alone, though they read the booking before it changed", async () => {
    const before = await domain.book();
    const after = { ...before, trainerId: `${before.trainerId}-next` };
    const late = domain.journeys({
      start: async () => {
        if ((await domain.sessions.readThrough(before.id))?.session.trainerId === after.trainerId) return;
        await domain.book(after);
        await domain.journeys().start(trainerOf(after), after.id, null);
      },
    });
    await expect(late.start(trainerOf(before), before.id, null)).rejects.toMatchObject({
      code: 'SESSION_NOT_FOUND',
    });
    expect(await domain.journeys().liveLocation(trainerOf(after), after.id)).toMatchObject({
      state: 'EN_ROUTE',
      trainerId: after.trainerId,
    });
  });
});

describe('A request for a session with an ended journey while the database is away', () => {
  let domain: TestDomain;
  beforeAll(async () => {
    domain = await TestDomain.open();
  });
  afterAll(() => domain.close());

  it('returns to its participants how it ended, and to others the outage of the database, not that there is none', async () => {
    const session = await domain.book();
    const { store } = domain.live;
    const journeys = domain.journeys();
    await journeys.start(trainerOf(session), session.id, null);
    await journeys.stop(trainerOf(session), session.id);
    await store.invalidateSession(session.id);
    domain.proxy.refuse();

    const next: Viewer = { id: 'the-trainer-who-has-it-now', role: 'TRAINER' };
    for (const viewer of [trainerOf(session), studentOf(session)]) {
      expect(await journeys.liveLocation(viewer, session.id)).toMatchObject({ state: 'STOPPED' });
    }
    for (const act of [
      () => journeys.liveLocation(next, session.id),
      () => journeys.stop(next, session.id),
      () => journeys.lastJourney(next, session.id),
      () => journeys.markArrived({ ...next, role: 'STUDENT' }, session.id, { fix: null, sentAt: null }),
      () => journeys.refresh(next, session.id),
    ]) {
      await expect(act()).rejects.toMatchObject({
        code: 'STORE_UNAVAILABLE',
        extensions: { store: 'database' },
      });
    }
    await expect(journeys.stop(studentOf(session), session.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
