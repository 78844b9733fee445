import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';

const guardianOf = (service: TestService, students: unknown) =>
  service.actorWith({ sub: 'a-guardian', role: 'student', students });

describe('A guardian', () => {
  let service: TestService;
  let mine: Booking;
  let others: Booking;
  let guardian: Actor;
  beforeAll(async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
    [mine, others] = await Promise.all([service.book(), service.book()]);
    for (const booking of [mine, others]) {
      await booking.trainer.start(booking.id);
      await booking.trainer.update(booking.id, metersFromHome(900));
    }
    guardian = await guardianOf(service, [mine.student.id, 'a-student-without-sessions']);
  });
  afterAll(() => service.stop());

  const session = (actor: Actor, id: string) =>
    actor.ask('query ($id: ID!) { session(id: $id) { id studentId home { latitude } } }', { id });

  it('polls and reads the sessions of its students as they do', async () => {
    expect((await guardian.poll(mine.id)).data).toEqual((await mine.student.poll(mine.id)).data);
    expect((await session(guardian, mine.id)).data).toEqual((await session(mine.student, mine.id)).data);
    const { data } = await guardian.ask('{ activeJourneys { sessionId studentId } viewer { id role } }');
    expect(data).toEqual({
      activeJourneys: [{ sessionId: mine.id, studentId: mine.student.id }],
      viewer: { id: 'a-guardian', role: 'STUDENT' },
    });
  });

  it('keeps what is its own as a student', async () => {
    const own = await service.book({ studentId: 'a-guardian' });
    expect((await guardian.poll(own.id)).data.liveLocation.state).toBe('NOT_STARTED');
  });

  it('lists the sessions of all its students in one order, and of one of them by a filter', async () => {
    const list = async (query: string) => {
      const { data } = await guardian.ask(query);
      return data.sessions.edges.map(({ node }: { node: { id: string } }) => node.id);
    };
    const second = await service.book({
      studentId: 'a-student-with-a-session',
      scheduledAt: mine.session.scheduledAt - 1,
    });
    const parent = await guardianOf(service, [mine.student.id, second.student.id]);
    const { data } = await parent.ask('{ sessions { edges { node { id } } } }');
    const ids = data.sessions.edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(ids.filter((id: string) => id === mine.id || id === second.id)).toEqual([second.id, mine.id]);
    expect(
      await list(`{ sessions(filter: { studentId: "${mine.student.id}" }) { edges { node { id } } } }`),
    ).toEqual([mine.id]);
    expect(
      await list(`{ sessions(filter: { studentId: "${others.student.id}" }) { edges { node { id } } } }`),
    ).toEqual([]);
  });

  it("finds other students' sessions no more than any student does", async () => {
    const refusal = { status: 404, code: 'SESSION_NOT_FOUND' };
    expect(await guardian.poll(others.id)).toMatchObject(refusal);
    expect(await session(guardian, others.id)).toMatchObject(refusal);
  });

  it('may not act for the trainer of its students', async () => {
    expect(await guardian.stop(mine.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await guardian.update(mine.id, metersFromHome(800))).toMatchObject({ code: 'FORBIDDEN' });
    expect(await guardian.refresh(mine.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it.each([
    ['a text', 'student-1'],
    ['an object', { 0: 'student-1' }],
    ['null', null],
    ['a number among the ids', ['student-1', 7]],
    ['an id with a space', ['student 1']],
    ['an empty id', ['']],
    ['more than 20 ids', Array.from({ length: 21 }, (_, at) => `student-${at}`)],
  ])('is refused with the reason when the claim is %s', async (_, students) => {
    const refused = await (await guardianOf(service, students)).poll(mine.id);
    expect(refused).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(refused.errors![0].message).toMatch(
      /^The token's claim students must be an array of at most 20 ids/,
    );
  });

  it('may have 20 students, and none', async () => {
    const ids = [...Array.from({ length: 19 }, (_, at) => `student-${at}`), mine.student.id];
    expect((await (await guardianOf(service, ids)).poll(mine.id)).status).toBe(200);
    expect(await (await guardianOf(service, [])).poll(mine.id)).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it("has no rights by the claim on another role's token", async () => {
    const students = [mine.student.id];
    const trainer = await service.actorWith({ sub: 'a-guardian', role: 'trainer', students });
    expect(await trainer.poll(mine.id)).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });
});

describe('The claim of a guardian', () => {
  it('has the name of the setting AUTH_STUDENTS_CLAIM', async () => {
    const claim = 'https://school.example/students';
    const service = await TestService.start({ AUTH_STUDENTS_CLAIM: claim });
    const { id, student } = await service.book();
    const guardian = { sub: 'a-guardian', role: 'student' };
    const named = await service.actorWith({ ...guardian, [claim]: [student.id] });
    expect((await named.poll(id)).status).toBe(200);
    const misnamed = await service.actorWith({ ...guardian, students: [student.id] });
    expect(await misnamed.poll(id)).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    await service.stop();
  });
});
