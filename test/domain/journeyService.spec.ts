import type { Session } from '../../src/domain/session';
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
        if ((await domain.sessions.readThrough(before.id)).record?.session.trainerId === after.trainerId)
          return;
        await domain.book(after);
        await domain.journeys().start(trainerOf(after), after.id);
      },
    });
    await expect(late.start(trainerOf(before), before.id)).rejects.toMatchObject({
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
    const journeys = domain.journeys();
    await journeys.start(trainerOf(session), session.id);
    await journeys.stop(trainerOf(session), session.id);
    await domain.live.invalidateSession(session.id);
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

describe('A refresh', () => {
  const operator: Viewer = { id: 'operator-1', role: 'OPERATOR' };
  const homes = [1, 2, 3].map((longitude) => ({ latitude: 50, longitude }));
  let domain: TestDomain;
  beforeAll(async () => {
    domain = await TestDomain.open();
  });
  afterAll(() => domain.close());

  const homeOf = async (sessionId: string) => {
    const snapshot = await domain.live.store.readSnapshot(sessionId);
    return snapshot.kind === 'ACTIVE' ? snapshot.home : null;
  };
  /** Moves the booking's home and refreshes, once, just before the method. */
  const movedBefore = (method: 'start' | 'refresh', session: Session) => {
    let isDone = false;
    return domain.journeys({
      [method]: async () => {
        if (isDone) return;
        isDone = true;
        await domain.book({ ...session, home: homes[2] });
        await domain.journeys().refresh(operator, session.id);
      },
    });
  };

  it('reaches a journey whose start had read the booking before', async () => {
    const session = await domain.book({ home: homes[0] });
    await movedBefore('start', session).start(trainerOf(session), session.id);
    expect(await homeOf(session.id)).toEqual(homes[2]);
  });

  it('does not undo one that has read the booking later', async () => {
    const session = await domain.book({ home: homes[0] });
    await domain.journeys().start(trainerOf(session), session.id);
    await domain.book({ ...session, home: homes[1] });
    const late = movedBefore('refresh', session);
    expect(await late.refresh(operator, session.id)).toMatchObject({ home: homes[2] });
    expect(await homeOf(session.id)).toEqual(homes[2]);
  });

  it('changes nothing while the database is away, and is reported as its outage', async () => {
    const session = await domain.book({ home: homes[0] });
    await domain.journeys().start(trainerOf(session), session.id);
    await domain.book({ ...session, studentId: 'somebody-else', home: homes[1] });
    domain.proxy.refuse();
    await expect(domain.journeys().refresh(operator, session.id)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      extensions: { store: 'database' },
    });
    expect(await domain.live.store.readSnapshot(session.id, true)).toMatchObject({
      kind: 'ACTIVE',
      home: homes[0],
      cached: { session: { studentId: session.studentId } },
    });
    domain.proxy.heal();
  });
});
