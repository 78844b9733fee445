import { Client } from 'pg';

import { TestService, type Actor } from '../support/service';

const AT = Date.parse('2026-05-01T10:00:00.000Z');

describe('The list of sessions', () => {
  let service: TestService;
  let trainer: Actor;
  let operator: Actor;
  const ids = Array.from({ length: 6 }, (_, index) => `listed-${index}`);

  beforeAll(async () => {
    service = await TestService.start();
    trainer = await service.actor('trainer-of-many', 'trainer');
    operator = await service.actor('operator-1', 'operator');
    for (const [index, id] of ids.entries()) {
      await service.book({
        id,
        trainerId: trainer.id,
        studentId: `student-${index % 2}`,
        status: index % 2 ? 'COMPLETED' : 'CONFIRMED',
        scheduledAt: AT + index * 60_000,
      });
    }
    await service.book({ id: 'of-another-trainer', studentId: 'student-0', scheduledAt: AT + 30_000 });
  });
  afterAll(() => service.stop());

  const list = async (actor: Actor, variables: object) => {
    const answer = await actor.ask(
      `query ($first: Int, $after: String, $filter: SessionFilter, $last: Int, $before: String) {
        sessions(first: $first, after: $after, filter: $filter, last: $last, before: $before) {
          edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      variables,
    );
    if (answer.errors) return { refused: answer.code, status: answer.status, error: answer.errors[0] };
    const { edges, pageInfo } = answer.data.sessions;
    return { ids: edges.map((edge: any) => edge.node.id), edges, pageInfo };
  };

  it('goes backward from the latest with its edges ascending, whatever the default of first is', async () => {
    const one = await list(trainer, { last: 2 });
    expect(one).toMatchObject({ ids: ids.slice(4), pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    expect(one.pageInfo).toMatchObject({
      startCursor: one.edges[0].cursor,
      endCursor: one.edges[1].cursor,
    });
    const two = await list(trainer, { last: 3, before: one.pageInfo.startCursor });
    expect(two).toMatchObject({
      ids: ids.slice(1, 4),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });
    // The page before a cursor, also where no size is given.
    const three = await list(trainer, { before: two.pageInfo.startCursor });
    expect(three).toMatchObject({
      ids: ids.slice(0, 1),
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const forward = await list(trainer, { first: 2, after: three.pageInfo.endCursor });
    expect(forward).toMatchObject({
      ids: ids.slice(1, 3),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });
  });

  it.each([
    [{ first: 2, last: 2 }, 'last', /exclude each other/],
    [{ first: 20, last: 2 }, 'last', /exclude each other/],
    [{ last: 0 }, 'last', /1 to 100; this is 0/],
    [{ last: 101 }, 'last', /1 to 100; this is 101/],
    [{ first: -1 }, 'first', /1 to 100; this is -1/],
    [{ before: 'nonsense' }, 'before', /startCursor/],
    [{ after: 'nonsense' }, 'after', /endCursor/],
    [
      { filter: { scheduledFrom: '2026-05-02T00:00:00Z', scheduledTo: '2026-05-01T00:00:00Z' } },
      'scheduledFrom',
      /later than scheduledTo/,
    ],
    [{ filter: { scheduledFrom: '0000-01-01T00:00:00Z' } }, 'scheduledFrom', /years 1 to 9999/],
    [{ filter: { scheduledTo: '9999-12-31T23:59:59-02:00' } }, 'scheduledTo', /years 1 to 9999/],
    [{ filter: { trainerId: 'a b' } }, 'trainerId', /not the id of a user/],
    [{ filter: { studentId: '' } }, 'studentId', /not the id of a user/],
  ])('refuses %j and says what is allowed', async (variables, field, message) => {
    const answer = await list(operator, variables);
    expect(answer).toMatchObject({
      refused: 'BAD_USER_INPUT',
      status: 400,
      error: { extensions: { field } },
    });
    expect(answer.error.message).toMatch(message);
  });

  it('refuses first and last together where they are written out too, also if first is its default', async () => {
    for (const sizes of ['first: 20, last: 1', 'last: 1, first: 3']) {
      const answer = await operator.ask(`{ sessions(${sizes}) { edges { node { id } } } }`);
      expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    }
    const { data } = await trainer.ask(
      '{ sessions(last: 1, first: null, after: null) { edges { node { id } } } }',
    );
    expect(data.sessions.edges).toEqual([{ node: { id: 'listed-5' } }]);
  });

  it('filters within what the viewer may see', async () => {
    const student = await service.actor('student-0', 'student');
    const cases: [Actor, object, string[]][] = [
      [student, {}, ['listed-0', 'of-another-trainer', 'listed-2', 'listed-4']],
      [student, { trainerId: trainer.id }, ['listed-0', 'listed-2', 'listed-4']],
      [student, { studentId: student.id, scheduledFrom: new Date(AT + 60_000) }, ['listed-2', 'listed-4']],
      [student, { studentId: 'student-1' }, []],
      [trainer, { studentId: 'student-1' }, ['listed-1', 'listed-3', 'listed-5']],
      [trainer, { trainerId: 'another' }, []],
      [trainer, { statuses: ['COMPLETED', 'COMPLETED'] }, ['listed-1', 'listed-3', 'listed-5']],
      [trainer, { statuses: [] }, []],
      [
        trainer,
        { scheduledFrom: new Date(AT + 60_000), scheduledTo: new Date(AT + 180_000) },
        ids.slice(1, 3),
      ],
      [operator, { studentId: 'student-0' }, ['listed-0', 'of-another-trainer', 'listed-2', 'listed-4']],
      [operator, { trainerId: trainer.id, statuses: ['CONFIRMED'] }, ['listed-0', 'listed-2', 'listed-4']],
      [operator, { studentId: "x'OR'1'='1" }, []],
    ];
    for (const [actor, filter, expected] of cases) {
      expect([filter, (await list(actor, { filter })).ids]).toEqual([filter, expected]);
    }
  });

  it('takes the cursors of the release before, and repeats or skips nothing among sessions of one millisecond', async () => {
    const old = Buffer.from(`${AT + 120_000} listed-2`).toString('base64url');
    expect((await list(trainer, { after: old })).ids).toEqual(ids.slice(3));
    // A session on a whole millisecond has the cursor that it had before: processes of both releases take it.
    expect((await list(trainer, { first: 3 })).pageInfo.endCursor).toBe(old);

    const client = new Client({ connectionString: service.database.url });
    await client.connect();
    await client.query('ALTER TABLE session ALTER COLUMN scheduled_at TYPE timestamptz(6)');
    const student = await service.actor('student-of-a-millisecond', 'student');
    const close = ['c', 'a', 'b'];
    for (const [index, id] of close.entries()) {
      await service.book({ id, studentId: student.id, scheduledAt: AT });
      await client.query(
        "UPDATE session SET scheduled_at = scheduled_at + $2::int * interval '1 microsecond' WHERE id = $1",
        [id, index * 300],
      );
    }
    await client.end();
    for (const direction of ['forward', 'backward'] as const) {
      const seen: string[] = [];
      for (let cursor: string | null = null, more = true; more;) {
        const page: any = await list(
          student,
          direction === 'forward' ? { first: 1, after: cursor } : { last: 1, before: cursor },
        );
        if (direction === 'forward') seen.push(...page.ids);
        else seen.unshift(...page.ids);
        more = direction === 'forward' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage;
        cursor = direction === 'forward' ? page.pageInfo.endCursor : page.pageInfo.startCursor;
      }
      expect(seen).toEqual(close);
    }
  });
});
