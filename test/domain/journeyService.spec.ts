import { TestDomain, trainerOf } from '../support/domain';

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
