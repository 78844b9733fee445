import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT, type JWTPayload } from 'jose';

import { Keys } from '../../src/redis/keys';
import { IdentityProvider } from '../support/identityProvider';
import { metersFromHome, TestService } from '../support/service';

const ASK_INTERVAL_MS = 5000;

describe('A signing key that is rotated', () => {
  let provider: IdentityProvider;
  let service: TestService;
  beforeEach(async () => {
    provider = await IdentityProvider.start();
    service = await TestService.start({ AUTH_JWT_SECRET: '', AUTH_JWKS_URL: provider.keysUrl });
  });
  afterEach(async () => {
    await service.stop();
    await provider.stop();
  });

  /** Needs no store. */
  const send = (token: string) => service.nobody(token).ask('{ viewer { role } }');
  const accepted = { status: 200, data: { viewer: { role: 'STUDENT' } } };

  it('is accepted at once, right after the keys were loaded', async () => {
    const signByFirst = await provider.rotate('first');
    expect(await send(await signByFirst('student-1'))).toMatchObject(accepted);
    const signBySecond = await provider.rotate('second');
    expect(await send(await signBySecond('student-1'))).toMatchObject(accepted);
    expect(provider.requests).toBe(2);
  });

  it('signs nobody out while somebody keeps sending unknown key ids, and the provider is asked at most once in 5 s', async () => {
    const signByFirst = await provider.rotate('first');
    expect(await send(await signByFirst('student-1'))).toMatchObject(accepted);
    const startedAt = performance.now();
    const sendUnknown = async (count: number) => {
      for (let id = 0; id < count; id += 1) {
        const sign = await provider.unknownKey(`unknown-${performance.now()}`);
        expect(['UNAUTHENTICATED', 'STORE_UNAVAILABLE']).toContain((await send(await sign('unknown'))).code);
      }
    };
    await sendUnknown(5);
    const signBySecond = await provider.rotate('second');
    const token = await signBySecond('student-1');
    let response = await send(token);
    expect(response).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
    const { store, retryAfterMs } = response.errors![0].extensions;
    expect(store).toBe('identity');
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(ASK_INTERVAL_MS);
    while (response.code === 'STORE_UNAVAILABLE' && performance.now() - startedAt < 20_000) {
      await sendUnknown(1);
      await sleep(50);
      response = await send(token);
    }
    expect(response).toMatchObject(accepted);
    // The first load, and one request in each interval.
    expect(provider.requests).toBeLessThanOrEqual(
      2 + Math.floor((performance.now() - startedAt) / ASK_INTERVAL_MS),
    );
  }, 30_000);

  it('is an outage and no bad token while the provider is away, and a key that it does not know is refused', async () => {
    const signByFirst = await provider.rotate('first');
    expect(await send(await signByFirst('student-1'))).toMatchObject(accepted);
    const sign = await provider.unknownKey('never published');
    expect(await send(await sign('student-1'))).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    provider.isAway = true;
    const signBySecond = await provider.rotate('second');
    for (let times = 0; times < 3; times += 1) {
      const response = await send(await signBySecond('student-1'));
      expect(response).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE' });
      expect(response.errors![0].extensions.store).toBe('identity');
    }
    // The keys that are known stay good.
    expect(await send(await signByFirst('student-2'))).toMatchObject(accepted);
  });
});

describe('The claims of a token', () => {
  const SECRET = 'a secret that this test knows as well';
  let service: TestService;
  let lenient: TestService;
  beforeAll(async () => {
    [service, lenient] = await Promise.all([
      TestService.start({ AUTH_JWT_SECRET: SECRET, UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000' }),
      TestService.start({ AUTH_JWT_SECRET: SECRET, AUTH_REQUIRE_EXP: 'false' }),
    ]);
  });
  afterAll(() => Promise.all([service.stop(), lenient.stop()]));

  const sign = (claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const ask = async (claims: JWTPayload, asked = service) =>
    asked.nobody(await sign(claims)).ask('{ viewer { id } }');

  it('must say when it expires, unless AUTH_REQUIRE_EXP is false', async () => {
    const refused = await ask({ sub: 'student-1', role: 'student' });
    expect(refused).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(refused.errors![0].message).toBe('The token needs a claim exp.');
    const asked = await ask({ sub: 'student-1', role: 'student' }, lenient);
    expect(asked.data).toEqual({ viewer: { id: 'student-1' } });
  });

  it.each(['auth0|5f7c8ec7', 'google-apps|somebody@example.com', '~', '{00}%7B"\\', 'x'.repeat(128)])(
    'may have the sub %s',
    async (sub) => {
      expect((await ask({ sub, role: 'student', exp })).data).toEqual({ viewer: { id: sub } });
    },
  );

  it.each(['', 'a b', 'x'.repeat(129), 'zoë', 'a\u0000b', 'a\n', 7 as never])(
    'is refused with the sub "%s", and the text says what a sub is',
    async (sub) => {
      const refused = await ask({ sub, role: 'student', exp });
      expect(refused).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      expect(refused.errors![0].message).toMatch(/sub.*1 to 128 printable ASCII characters without a space/);
    },
  );

  it('is refused with a role that is not known, and the text names those that are', async () => {
    const refused = await ask({ sub: 'student-1', role: 'admin', exp });
    expect(refused.errors![0].message).toMatch(/role must be one of trainer, student, operator, service/);
  });

  it.each([
    ['auth0|trainer', 'auth0|student'],
    ['{61}trainer', 'student}{%7D'],
    ['trainer}:session:{00}:s', 's@{}'],
    ['*{00}', '[a-z]?\\*'],
  ])('lets the trainer %s and the student %s do and see all of a journey', async (trainerId, studentId) => {
    const { id, trainer, student } = await service.book({ trainerId, studentId });
    const as = async (actor: typeof trainer, role: string) =>
      service.nobody(await sign({ sub: actor.id, role, exp }));
    const [driving, watching] = [await as(trainer, 'trainer'), await as(student, 'student')];
    expect(await driving.start(id)).toMatchObject({ data: { startJourney: { trainerId, studentId } } });
    expect((await driving.update(id, metersFromHome(900))).data.updateLocation.status).toBe('ACCEPTED');
    const seen = (await watching.poll(id)).data.liveLocation;
    expect(seen).toMatchObject({ state: 'EN_ROUTE', trainerId, distanceMeters: 900 });
    expect(seen.location).not.toBeNull();
    const operator = service.nobody(await sign({ sub: 'staff', role: 'operator', exp }));
    const listing = 'query ($trainerId: ID) { activeJourneys(trainerId: $trainerId) { sessionId } }';
    for (const [actor, variables] of [
      [driving, {}],
      [watching, {}],
      [operator, { trainerId }],
    ] as const) {
      expect((await actor.ask(listing, variables)).data.activeJourneys).toEqual([{ sessionId: id }]);
    }
    expect((await driving.stop(id)).data.stopJourney.state).toBe('STOPPED');
    expect((await watching.poll(id)).data.liveLocation).toMatchObject({ state: 'STOPPED', location: null });
    expect(await service.redis.exists(service.keys.location(trainerId, id))).toBe(0);
  });

  it('refuses a trainerId that no sub can be, and says so', async () => {
    const operator = service.nobody(await sign({ sub: 'staff', role: 'operator', exp }));
    const refused = await operator.ask('{ activeJourneys(trainerId: "a b") { id } }');
    expect(refused).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(refused.errors![0].message).toContain('1 to 128 printable ASCII characters');
  });
});

describe('The keys of a user', () => {
  const keys = new Keys();

  it('are the same as ever for ids of letters, digits and "_-.:", byte for byte', () => {
    const id = 'Trainer_1-2.3:4';
    expect(keys.rate(id)).toBe('location:rate:Trainer_1-2.3:4');
    expect(keys.journeysOf(id)).toBe('journey:of:Trainer_1-2.3:4');
    expect(keys.location(id, 's', '07')).toBe('location:trainer:Trainer_1-2.3:4:session:{07}:s');
  });

  it('have no other hash tag than the one of the partition, and differ from each other', () => {
    expect(keys.location('{61}|a', 's', '07')).toBe('location:trainer:%7B61%7D%7Ca:session:{07}:s');
    const ids = ['{', '%7B', '%257B', '}', '{}', 'a{b}'];
    expect(new Set(ids.map((id) => keys.rate(id))).size).toBe(ids.length);
    expect(ids.map((id) => keys.journeysOf(id)).join('')).not.toMatch(/[{}]/);
  });
});
