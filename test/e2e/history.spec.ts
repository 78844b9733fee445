import { FaultProxy } from '../support/faultProxy';
import { eventually } from '../faults/eventually';
import { metersFromHome, TestService, type Actor } from '../support/service';

const history = async (actor: Actor, id: string, first?: number) => {
  const answer = await actor.ask(
    `query ($id: ID!, $first: Int) { session(id: $id) { journeys(first: $first) { id state startedAt endedAt trainerId } } }`,
    { id, first },
  );
  return answer.errors ? { code: answer.code } : answer.data.session.journeys;
};
const statesOf = (journeys: { state: string }[]) => journeys.map(({ state }) => state);

describe('The journeys of a session', () => {
  let service: TestService;
  let proxy: FaultProxy;
  let operator: Actor;
  beforeAll(async () => {
    proxy = await FaultProxy.start(Number(new URL(process.env['TEST_DATABASE_URL']!).port));
    service = await TestService.start((databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(proxy.port);
      return { DATABASE_URL: url.href, UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' };
    });
    operator = await service.actor('operator-1', 'operator');
  });
  afterAll(async () => {
    proxy.heal();
    await service.stop();
    await proxy.stop();
  });

  it('are newest first, the active one before those that have ended', async () => {
    const { id, trainer, student } = await service.book();
    expect(await history(student, id)).toEqual([]);
    const ids: string[] = [];
    for (let time = 0; time < 3; time += 1) {
      ids.unshift((await trainer.start(id)).data.startJourney.id);
      await trainer.stop(id);
    }
    ids.unshift((await trainer.start(id)).data.startJourney.id);
    await eventually('the ends are recorded', async () => (await history(student, id)).length === 4);
    for (const actor of [student, trainer, operator]) {
      const journeys = await history(actor, id);
      expect(journeys.map((journey: { id: string }) => journey.id)).toEqual(ids);
      expect(statesOf(journeys)).toEqual(['EN_ROUTE', 'STOPPED', 'STOPPED', 'STOPPED']);
      expect(journeys[0].endedAt).toBeNull();
    }
    expect((await history(student, id, 2)).map((journey: { id: string }) => journey.id)).toEqual(
      ids.slice(0, 2),
    );
    await trainer.arrive(id, metersFromHome(10));
    expect(statesOf(await history(student, id, 1))).toEqual(['ARRIVED']);
  });

  it('of a list of sessions are read by one statement', async () => {
    const student = await service.actor('student-of-many', 'student');
    for (const at of [1, 2, 3]) {
      const { id, trainer } = await service.book({
        studentId: student.id,
        scheduledAt: Date.now() + at * 60_000,
      });
      await trainer.start(id);
      if (at > 1) await trainer.stop(id);
    }
    const document =
      '{ sessions { edges { node { journeys { state } newest: journeys(first: 1) { state } } } } }';
    await student.ask(document);
    proxy.inject({ kind: 'delayReply', delayMs: 0, when: (request) => request.includes('WITH ORDINALITY') });
    const { data } = await student.ask(document);
    expect(proxy.affectedRequests).toBe(1);
    proxy.heal();
    expect(
      data.sessions.edges.map(({ node }: any) => [statesOf(node.journeys), statesOf(node.newest)]),
    ).toEqual([
      [['EN_ROUTE'], ['EN_ROUTE']],
      [['STOPPED'], ['STOPPED']],
      [['STOPPED'], ['STOPPED']],
    ]);
  });

  it('are those alone that the viewer took part in', async () => {
    const { id, trainer, student, session } = await service.book();
    await trainer.start(id);
    await trainer.stop(id);
    const second = await service.actor('second-trainer', 'trainer');
    await service.rebook({ ...session, trainerId: second.id });
    await operator.refresh(id);
    expect(await history(second, id)).toEqual([]);
    await second.start(id);
    await eventually('both are recorded', async () => (await history(operator, id)).length === 2);
    expect((await history(second, id)).map(({ trainerId }: any) => trainerId)).toEqual([second.id]);
    expect((await history(student, id)).map(({ trainerId }: any) => trainerId)).toEqual([
      second.id,
      trainer.id,
    ]);
  });

  it('are no more than 100 at once', async () => {
    const { id, student } = await service.book();
    for (const first of [0, 101])
      expect(await history(student, id, first)).toEqual({ code: 'BAD_USER_INPUT' });
  });

  it('are unavailable without the database, never none', async () => {
    const { id, trainer, student } = await service.book();
    await trainer.start(id);
    await student.poll(id);
    proxy.refuse();
    expect(await history(student, id)).toEqual({ code: 'STORE_UNAVAILABLE' });
    proxy.heal();
    await eventually(
      'the database serves again',
      async () => (await history(student, id)).code === undefined,
      10_000,
    );
  });
});
