import { Client } from 'pg';

import { FaultProxy } from '../support/faultProxy';
import { metersFromHome, TestService, type Actor } from '../support/service';
import { eventually } from '../faults/eventually';

const cancel = (actor: Actor, sessionId: string) =>
  actor.ask(
    'mutation ($sessionId: ID!) { cancelJourney(sessionId: $sessionId) { id state startedAt endedAt } }',
    { sessionId },
  );
const journeys = (actor: Actor, variables: object = {}) =>
  actor.ask(
    `query ($first: Int, $after: String) { journeys(first: $first, after: $after) {
      edges { cursor node { id sessionId state endedAt session { id home { latitude } } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    variables,
  );

describe('The fleet', () => {
  let service: TestService;
  let operator: Actor;
  beforeAll(async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
    operator = await service.actor('operator-1', 'operator');
  });
  afterAll(() => service.stop());

  describe('as a list of all active journeys', () => {
    it('goes page by page, for operators and services', async () => {
      const started = await Promise.all(
        Array.from({ length: 5 }, async () => {
          const { trainer, id } = await service.book();
          return (await trainer.start(id)).data.startJourney.id as string;
        }),
      );
      const seen: string[] = [];
      const cron = await service.actor('cron', 'service');
      for (let after: string | null = null, more = true; more;) {
        const { data } = await journeys(cron, { first: 2, after });
        const { edges, pageInfo } = data.journeys;
        expect(pageInfo).toMatchObject({
          hasPreviousPage: after !== null,
          startCursor: edges[0].cursor,
          endCursor: edges.at(-1).cursor,
        });
        for (const { node } of edges) {
          expect(node).toMatchObject({ state: 'EN_ROUTE', endedAt: null, session: { id: node.sessionId } });
          seen.push(node.id);
        }
        ({ endCursor: after, hasNextPage: more } = pageInfo);
      }
      expect([...seen].sort()).toEqual([...started].sort());
      expect((await journeys(operator)).data.journeys.edges).toHaveLength(5);
    });

    it('is nobody else’s', async () => {
      const { trainer, student } = await service.book();
      for (const actor of [trainer, student]) {
        expect(await journeys(actor)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      }
      expect(await journeys(service.nobody())).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    });

    it.each([
      [{ first: 0 }, 'first'],
      [{ first: 101 }, 'first'],
      [{ after: 'nonsense' }, 'after'],
      [{ after: Buffer.from('1 a b').toString('base64url') }, 'after'],
      [{ after: Buffer.from('-1 a').toString('base64url') }, 'after'],
      [{ after: Buffer.from(`1 ${'x'.repeat(65)}`).toString('base64url') }, 'after'],
    ])('refuses %j and says what is allowed', async (variables, field) => {
      const answer = await journeys(operator, variables);
      expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(answer.errors![0].extensions.field).toBe(field);
    });

    it('takes a cursor whose journey has ended, or never was', async () => {
      for (const text of ['0 never-was', '999999999999999 never-was']) {
        const after = Buffer.from(text).toString('base64url');
        expect((await journeys(operator, { after })).errors).toBeUndefined();
      }
    });
  });

  describe('cancels', () => {
    it('any active journey, with its location, so that its trainer stops sending and its student sees it', async () => {
      const { trainer, student, id } = await service.book();
      const journey = (await trainer.start(id)).data.startJourney;
      await trainer.update(id, metersFromHome(900));
      const { data } = await cancel(operator, id);
      expect(data.cancelJourney).toMatchObject({ id: journey.id, state: 'CANCELLED' });
      expect((await cancel(operator, id)).data).toEqual(data);
      expect((await student.poll(id)).data.liveLocation).toMatchObject({
        state: 'CANCELLED',
        journeyId: journey.id,
        version: 3,
        location: null,
        endedAt: data.cancelJourney.endedAt,
      });
      const update = await trainer.update(id, metersFromHome(800));
      expect(update).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
      expect(update.errors![0].extensions.state).toBe('CANCELLED');
      expect(await service.redis.exists(service.keys.location(trainer.id, id))).toBe(0);
      const again = await trainer.start(id);
      expect(again.data.startJourney.id).not.toBe(journey.id);
      await trainer.stop(id);
    });

    it('writes one end to the durable record, though two operators cancel at the same moment', async () => {
      const { trainer, id } = await service.book();
      const journey = (await trainer.start(id)).data.startJourney;
      const answers = await Promise.all([cancel(operator, id), cancel(operator, id), cancel(operator, id)]);
      for (const { data } of answers) expect(data).toEqual(answers[0].data);
      const client = new Client({ connectionString: service.database.url });
      await client.connect();
      await eventually('the end is recorded', async () => {
        const { rows } = await client.query('SELECT state, version FROM journey WHERE id = $1', [journey.id]);
        return rows[0]?.state === 'CANCELLED' && rows[0]?.version === 2;
      });
      await client.end();
    });

    it('no journey that ended in another way: 410 with its state; nor one that never was', async () => {
      const stopped = await service.book();
      await stopped.trainer.start(stopped.id);
      const { endedAt } = (await stopped.trainer.stop(stopped.id)).data.stopJourney;
      const answer = await cancel(operator, stopped.id);
      expect(answer).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
      expect(answer.errors![0].extensions).toMatchObject({ state: 'STOPPED', endedAt });
      const waiting = await service.book();
      expect(await cancel(operator, waiting.id)).toMatchObject({ status: 404, code: 'JOURNEY_NOT_ACTIVE' });
      expect(await cancel(operator, 'nothing')).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
      expect(await cancel(operator, 'a b')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    });

    it('a journey past its deadline as expired, which it is', async () => {
      const { trainer, id } = await service.book();
      await trainer.start(id);
      await service.redis.hset(service.keys.active(id), 'expiresAt', Date.now() - 1);
      const answer = await cancel(operator, id);
      expect(answer).toMatchObject({ status: 410, code: 'JOURNEY_ENDED' });
      expect(answer.errors![0].extensions.state).toBe('EXPIRED');
    });

    it('for operators and services alone', async () => {
      const { trainer, student, id } = await service.book();
      await trainer.start(id);
      for (const actor of [trainer, student]) {
        expect(await cancel(actor, id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      }
      for (const role of ['trainer', 'student'] as const) {
        const outsider = await service.actor('an-outsider', role);
        const [others, none] = [await cancel(outsider, id), await cancel(outsider, 'nothing')];
        expect(others).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
        expect(JSON.stringify(others.errors).replaceAll(id, '?')).toBe(
          JSON.stringify(none.errors).replaceAll('nothing', '?'),
        );
      }
      expect((await trainer.poll(id)).data.liveLocation.state).toBe('EN_ROUTE');
      expect((await cancel(await service.actor('cron', 'service'), id)).data.cancelJourney.state).toBe(
        'CANCELLED',
      );
    });
  });
});

describe('Without the database', () => {
  it('active journeys are listed and cancelled all the same, and an outage is never "no such session"', async () => {
    const proxy = await FaultProxy.start(Number(new URL(process.env['TEST_DATABASE_URL']!).port));
    const service = await TestService.start((databaseUrl) => {
      const url = new URL(databaseUrl);
      url.port = String(proxy.port);
      return { DATABASE_URL: url.href };
    });
    try {
      const operator = await service.actor('operator-1', 'operator');
      const [active, waiting] = [await service.book(), await service.book()];
      const { id } = (await active.trainer.start(active.id)).data.startJourney;
      proxy.refuse();
      const { data } = await operator.ask('{ journeys { edges { node { id sessionId } } } }');
      expect(data.journeys.edges).toEqual([{ node: { id, sessionId: active.id } }]);
      expect((await cancel(operator, active.id)).data.cancelJourney).toMatchObject({
        id,
        state: 'CANCELLED',
      });
      expect(await cancel(operator, waiting.id)).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    } finally {
      proxy.heal();
      await service.stop();
      await proxy.stop();
    }
  });
});
