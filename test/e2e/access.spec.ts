import { SignJWT, exportJWK, exportSPKI, generateKeyPair, type JWK } from 'jose';
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type Actor, metersFromHome, TestService, type Booking } from '../support/service';

describe('Who may do what', () => {
  let service: TestService;
  let booking: Booking;
  beforeAll(async () => {
    service = await TestService.start({ UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' });
    booking = await service.book();
    await booking.trainer.start(booking.id);
    await booking.trainer.update(booking.id, metersFromHome(900));
  });
  afterAll(() => service.stop());

  const acts: [
    string,
    (actor: Actor, id: string) => Promise<{ status: number; code: string | undefined; errors: unknown }>,
  ][] = [
    ['start', (actor, id) => actor.start(id)],
    ['update', (actor, id) => actor.update(id, metersFromHome(800))],
    ['update by batch', (actor, id) => actor.updateBatch(id, [metersFromHome(800)])],
    ['arrive', (actor, id) => actor.arrive(id, metersFromHome(10))],
    ['stop', (actor, id) => actor.stop(id)],
  ];

  it.each(acts)('forbids the student of a session to %s', async (_, act) => {
    expect(await act(booking.student, booking.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  it.each([
    ...acts,
    ['share', (actor, id) => actor.share(id)],
    ['revoke a share', (actor, id) => actor.revoke(id, 'share-1')],
    ['refresh', (actor, id) => actor.refresh(id)],
  ] as typeof acts)(
    "forbids a participant in the other role to %s: a trainer with the student's id, a student with the trainer's",
    async (_, act) => {
      const { id, trainer, student } = await service.book();
      const others = [await service.actor(student.id, 'trainer'), await service.actor(trainer.id, 'student')];
      // Before the journey, while it is active, and after it has ended.
      for (const step of [undefined, () => trainer.start(id), () => trainer.stop(id)]) {
        await step?.();
        for (const other of others)
          expect(await act(other, id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
      }
    },
  );

  it('serves a session whose trainer has the id of its student', async () => {
    const id = 'user-of-both-roles';
    const booking = await service.book({ trainerId: id, studentId: id });
    const { trainer, student } = booking;
    expect(await student.start(booking.id)).toMatchObject({ code: 'FORBIDDEN' });
    expect((await trainer.start(booking.id)).errors).toBeUndefined();
    expect(await student.update(booking.id, metersFromHome(700))).toMatchObject({ code: 'FORBIDDEN' });
    expect((await trainer.update(booking.id, metersFromHome(700))).errors).toBeUndefined();
    for (const viewer of [trainer, student])
      expect((await viewer.poll(booking.id)).data.liveLocation.version).toBe(2);
    expect((await trainer.stop(booking.id)).errors).toBeUndefined();
    expect((await trainer.update(booking.id, metersFromHome(600))).code).toBe('JOURNEY_ENDED');
  });

  it.each(acts)("answers an outsider's %s as if there were no such session", async (_, act) => {
    for (const role of ['trainer', 'student'] as const) {
      const outsider = await service.actor(`outsider-${role}`, role);
      const others = await act(outsider, booking.id);
      expect(others).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
      const none = await act(outsider, 'no-such-session');
      expect(JSON.stringify(others.errors).replaceAll(booking.id, '?')).toBe(
        JSON.stringify(none.errors).replaceAll('no-such-session', '?'),
      );
    }
  });

  it.each(acts)('forbids operators and services to %s', async (_, act) => {
    for (const role of ['operator', 'service'] as const) {
      expect(await act(await service.actor('staff', role), booking.id)).toMatchObject({ code: 'FORBIDDEN' });
    }
  });

  it('lets participants, operators and services poll, and nobody else', async () => {
    const staff = await service.actor('staff', 'operator');
    for (const actor of [booking.student, booking.trainer, staff, await service.actor('cron', 'service')]) {
      expect((await actor.poll(booking.id)).data.liveLocation.state).toBe('EN_ROUTE');
    }
    const outsider = await service.actor('another-student', 'student');
    expect(await outsider.poll(booking.id)).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    expect(await outsider.poll('nothing')).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    // A student's id under another role is another user.
    const impostor = await service.actor(booking.student.id, 'trainer');
    expect(await impostor.poll(booking.id)).toMatchObject({ code: 'SESSION_NOT_FOUND' });
  });

  it('lets operators alone refresh', async () => {
    expect(await booking.trainer.refresh(booking.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await booking.student.refresh(booking.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    const outsider = await service.actor('another-student', 'student');
    expect(await outsider.refresh(booking.id)).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
    const staff = await service.actor('staff', 'operator');
    expect(await staff.refresh('nothing')).toMatchObject({ status: 404, code: 'SESSION_NOT_FOUND' });
  });

  it('finds the active journeys of a viewer who knows no session', async () => {
    const ask = async (actor: Actor, trainerId?: string) => {
      const answer = await actor.ask(
        'query ($trainerId: ID) { activeJourneys(trainerId: $trainerId) { id sessionId trainerId state session { studentId } } }',
        { trainerId },
      );
      return (
        answer.code ?? answer.data.activeJourneys.map((journey: { sessionId: string }) => journey.sessionId)
      );
    };
    const { trainer, student, id } = booking;
    const staff = await service.actor('staff', 'operator');
    expect(await ask(trainer)).toEqual([id]);
    expect(await ask(student)).toEqual([id]);
    expect(await ask(student, trainer.id)).toEqual([id]);
    expect(await ask(student, 'another-trainer')).toEqual([]);
    expect(await ask(staff, trainer.id)).toEqual([id]);
    expect(await ask(staff)).toBe('BAD_USER_INPUT');
    expect(await ask(trainer, 'another-trainer')).toEqual([]);
    const over = await service.book({ trainerId: trainer.id });
    await trainer.start(over.id);
    expect(await ask(trainer)).toEqual([id, over.id]);
    await trainer.stop(over.id);
    expect(await ask(trainer)).toEqual([id]);
  });

  it('lists a session whose live location cannot be read without it, and the others as they are', async () => {
    const student = await service.actor('student-of-a-broken-one', 'student');
    const broken = await service.book({ studentId: student.id });
    const other = await service.book({
      studentId: student.id,
      scheduledAt: broken.session.scheduledAt + 60_000,
    });
    // A value of another type, which no script of this service can read.
    await service.redis.set(service.keys.active(broken.id), 'broken');
    const { data, errors } = await student.ask(
      '{ sessions { edges { node { id liveLocation { state } } } } }',
    );
    expect(data.sessions.edges).toEqual([
      { node: { id: broken.id, liveLocation: null } },
      { node: { id: other.id, liveLocation: { state: 'NOT_STARTED' } } },
    ]);
    expect(errors).toMatchObject([
      {
        path: ['sessions', 'edges', 0, 'node', 'liveLocation'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
    await service.redis.del(service.keys.active(broken.id));
  });

  it('lists a viewer its own sessions by time, page by page, with their live locations', async () => {
    const trainer = await service.actor('trainer-of-many', 'trainer');
    const at = Date.now() + 7_200_000;
    const ids: string[] = [];
    for (const [index, offset] of [3, 1, 2, 1].entries()) {
      const { id } = await service.book({
        trainerId: trainer.id,
        id: `listed-${index}`,
        scheduledAt: at + offset * 60_000,
      });
      ids.push(id);
    }
    const page = (first: number, after?: string) =>
      trainer.ask(
        `query ($first: Int, $after: String) { sessions(first: $first, after: $after) {
          edges { cursor node { id liveLocation { state } lastJourney { state } } } pageInfo { hasNextPage endCursor } } }`,
        { first, after },
      );
    const one = (await page(3)).data.sessions;
    expect(one.edges.map((edge: any) => edge.node.id)).toEqual(['listed-1', 'listed-3', 'listed-2']);
    expect(one.edges[0].node).toMatchObject({ liveLocation: { state: 'NOT_STARTED' }, lastJourney: null });
    expect(one.pageInfo.hasNextPage).toBe(true);
    const two = (await page(3, one.pageInfo.endCursor)).data.sessions;
    expect(two.edges.map((edge: any) => edge.node.id)).toEqual(['listed-0']);
    expect(two.pageInfo.hasNextPage).toBe(false);
    const forged = (text: string) => page(5, Buffer.from(text).toString('base64url'));
    for (const answer of [
      await page(0),
      await page(101),
      await page(5, 'nonsense'),
      await forged('-999999999999999 s'),
      await forged('999999999999999 s'),
      await forged('0 '),
      await forged('0 a\0b'),
      // A millisecond outside the years that PostgreSQL and Date agree on.
      await forged(`${Date.parse('0001-01-01T00:00:00.000Z') - 1} s`),
      await forged(`${Date.parse('9999-12-31T23:59:59.999Z') + 1} s`),
    ]) {
      expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    }
    for (const edge of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
      expect((await forged(`${Date.parse(edge)} s`)).errors).toBeUndefined();
    }
    const none = (
      await (
        await service.actor('nobody-yet', 'student')
      ).ask('{ sessions { edges { cursor } pageInfo { endCursor hasNextPage } } }')
    ).data;
    expect(none.sessions).toEqual({ edges: [], pageInfo: { endCursor: null, hasNextPage: false } });
  });

  it("takes each endCursor that it gave, also after a session whose id lies outside this service's alphabet", async () => {
    const student = await service.actor('student-of-strange-ids', 'student');
    const scheduledAt = Date.now() + 7_200_000;
    const ids = ['strange 1/ä', 'strange 2\n', 'strange-3'];
    for (const [at, id] of ids.entries()) {
      await service.book({ id, studentId: student.id, scheduledAt: scheduledAt + at });
    }
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { data } = await student.ask(
        'query ($after: String) { sessions(first: 1, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      seen.push(...data.sessions.edges.map((edge: any) => edge.node.id));
      ({ endCursor: after, hasNextPage: more } = data.sessions.pageInfo);
    }
    expect(seen).toEqual(ids);
  });

  it.each(['', 'a b', 'x'.repeat(65), 'a/b', '{00}', 'sess*'])(
    'refuses the malformed id "%s" before any store',
    async (id) => {
      expect(await booking.student.poll(id)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(await booking.trainer.start(id)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(await booking.trainer.update(id, metersFromHome(1))).toMatchObject({
        status: 400,
        code: 'BAD_USER_INPUT',
      });
    },
  );

  it('says to a client without a token nothing about what is wrong with an input', async () => {
    const nowhere = { latitude: 90.1, longitude: 0 };
    for (const actor of [service.nobody(), service.nobody('junk')]) {
      for (const answer of [
        await actor.update(booking.id, nowhere),
        await actor.updateBatch(booking.id, [nowhere]),
        await actor.arrive(booking.id, nowhere),
      ]) {
        expect(answer).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
        expect(JSON.stringify(answer.errors)).not.toContain('latitude');
      }
    }
  });

  it('takes no request without a good token, and answers introspection without any', async () => {
    const expired = await service.actor('student-x', 'student', '-1h');
    const forged = await new SignJWT({ role: 'operator' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('me')
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode('another secret'));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"me","role":"operator"}').toString('base64url')}.`;
    const roleless = await service.actor('student-x', 'admin' as never);
    for (const actor of [
      service.nobody(),
      expired,
      service.nobody(forged),
      service.nobody(none),
      service.nobody('junk'),
      roleless,
    ]) {
      const answer = await actor.poll(booking.id);
      expect(answer).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', data: null });
      if (actor.token) expect(JSON.stringify(answer.errors)).not.toContain(actor.token);
    }
    expect(
      (await service.nobody().ask('{ __schema { queryType { name } } }')).data.__schema.queryType.name,
    ).toBe('Query');
  });
});

describe('Tokens by published keys', () => {
  let keys: Server;
  let service: TestService;
  let asked = 0;
  /** What the provider answers instead of its keys. */
  let instead: { status: number; body: string } | null = null;
  let sign: (claims: { sub: string; role: string; audience?: string }) => Promise<string>;
  /** What everybody can read of the keys, in each form that a verifier could take for a shared secret. */
  let published: { jwk: JWK; forms: [name: string, text: string][] }[];

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const rsa = await generateKeyPair('RS256', { extractable: true });
    const served = async (key: typeof publicKey, kid: string, alg: string) => {
      const jwk = { ...(await exportJWK(key)), kid, alg, use: 'sig' };
      const pem = await exportSPKI(key);
      const forms: [string, string][] = [
        ['PEM', pem],
        ['PEM with a last line end', `${pem.trim()}\n`],
        ['PEM without one', pem.trim()],
        ['JWK', JSON.stringify(jwk)],
        ['key set', JSON.stringify({ keys: [jwk] })],
        ['modulus or coordinate', jwk.n ?? jwk.x ?? ''],
      ];
      return { jwk, forms };
    };
    published = [await served(publicKey, 'one', 'ES256'), await served(rsa.publicKey, 'two', 'RS256')];
    keys = createServer((_request, response) => {
      asked += 1;
      if (instead) return void response.writeHead(instead.status).end(instead.body);
      const set = { keys: published.map(({ jwk }) => jwk) };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(set));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => keys.once('listening', resolve));
    sign = ({ sub, role, audience = 'journeys' }) =>
      new SignJWT({ role })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setSubject(sub)
        .setIssuer('https://id.example')
        .setAudience(audience)
        .setExpirationTime('1h')
        .sign(privateKey);
    service = await TestService.start({
      AUTH_JWT_SECRET: '',
      AUTH_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`,
      AUTH_ISSUER: 'https://id.example',
      AUTH_AUDIENCE: 'journeys',
    });
  });
  afterAll(async () => {
    await service.stop();
    keys.close();
  });

  it.each([
    { status: 500, body: '' },
    { status: 200, body: '<html>Sign in</html>' },
    { status: 200, body: '{"message":"maintenance"}' },
    { status: 200, body: '{"keys":[1]}' },
  ])(
    'says that the keys are away, not that the token is bad, when the provider answers %j',
    async (answer) => {
      instead = answer;
      const actor = service.nobody(await sign({ sub: 'student-1', role: 'student' }));
      expect(await actor.poll('nothing')).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
      instead = null;
    },
  );

  it('verifies against them, fetched once, and holds issuer and audience', async () => {
    const before = asked;
    const actor = service.nobody(await sign({ sub: 'student-1', role: 'student' }));
    for (let poll = 0; poll < 5; poll += 1)
      expect(await actor.poll('nothing')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
    expect(asked - before).toBe(1);
    const wrong = service.nobody(await sign({ sub: 'student-1', role: 'student', audience: 'another' }));
    expect(await wrong.poll('nothing')).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('takes no published key for a shared secret, and no token without a signature', async () => {
    const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = encoded({
      sub: 'operator-1',
      role: 'operator',
      iss: 'https://id.example',
      aud: 'journeys',
      exp: Math.floor(Date.now() / 1000) + 3600,
    });
    const forged: [string, string][] = published.flatMap(({ jwk, forms }) =>
      forms.flatMap(([form, text]) =>
        [{ alg: 'HS256' }, { alg: 'HS256', kid: jwk.kid }].map((header): [string, string] => {
          const signed = `${encoded(header)}.${claims}`;
          const signature = createHmac('sha256', text).update(signed).digest('base64url');
          return [`HS256 by ${jwk.alg}'s ${form}, ${JSON.stringify(header)}`, `${signed}.${signature}`];
        }),
      ),
    );
    for (const header of [{ alg: 'none' }, { alg: 'none', kid: 'one' }, { alg: 'None', kid: 'two' }]) {
      forged.push([JSON.stringify(header), `${encoded(header)}.${claims}.`]);
      forged.push([`${JSON.stringify(header)}, signed`, `${encoded(header)}.${claims}.${encoded({})}`]);
    }
    // While a service moves from the one to the other it takes both.
    const both = await TestService.start({
      AUTH_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`,
      AUTH_ISSUER: 'https://id.example',
      AUTH_AUDIENCE: 'journeys',
    });
    try {
      for (const taker of [service, both]) {
        const good = taker.nobody(await sign({ sub: 'student-1', role: 'student' }));
        expect(await good.poll('nothing')).toMatchObject({ code: 'SESSION_NOT_FOUND' });
        for (const [what, token] of forged) {
          const { status, code } = await taker.nobody(token).poll('nothing');
          expect({ what, status, code }).toEqual({ what, status: 401, code: 'UNAUTHENTICATED' });
        }
      }
    } finally {
      await both.stop();
    }
  });
});
