import { hashOfSecret } from '../../src/domain/share';
import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';
import { bookShared, FAST_SETTINGS, REFUSED } from '../support/shares';

describe('A share', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start(FAST_SETTINGS);
  });
  afterAll(() => service.stop());

  it('can be made before the journey starts, and shows the journey like the student sees it', async () => {
    const shared = await bookShared(service, false);
    expect((await shared.guest.poll(shared.id)).data.liveLocation.state).toBe('NOT_STARTED');
    await shared.trainer.start(shared.id);
    await shared.trainer.update(shared.id, metersFromHome(900));
    const [seen, own] = await Promise.all([shared.guest.poll(shared.id), shared.student.poll(shared.id)]);
    expect(seen.data).toEqual(own.data);
    expect(seen.data.liveLocation).toMatchObject({ state: 'EN_ROUTE', distanceMeters: 900 });
  });

  it('shows no id of the student and no home', async () => {
    const shared = await bookShared(service);
    const { data } = await shared.guest.poll(shared.id);
    const text = JSON.stringify(data);
    for (const secret of [shared.student.id, String(shared.session.home.latitude), 'home']) {
      expect(text).not.toContain(`"${secret}`);
    }
    const { data: identity } = await shared.guest.ask('{ viewer { id role } }');
    expect(identity).toEqual({ viewer: { id: shared.shareId, role: 'GUEST' } });
  });

  it('shows its own session alone, and by liveLocation and viewer alone', async () => {
    const [shared, other] = [await bookShared(service), await bookShared(service)];
    const { guest, id, shareId } = shared;
    const forbidden = { status: 403, code: 'FORBIDDEN' };
    for (const answer of [
      await guest.poll(other.id),
      await guest.poll('no-such-session'),
      await guest.ask('query ($id: ID!) { liveLocations(sessionIds: [$id]) { state } }', { id }),
      await guest.ask('query ($id: ID!) { session(id: $id) { id } }', { id }),
      await guest.ask('{ sessions { edges { node { id } } } }'),
      await guest.ask('{ activeJourneys { id } }'),
      await guest.start(id),
      await guest.update(id, metersFromHome(10)),
      await guest.updateBatch(id, [metersFromHome(10)]),
      await guest.arrive(id, metersFromHome(10)),
      await guest.stop(id),
      await guest.refresh(id),
      await guest.share(id),
      await guest.revoke(id, shareId),
    ]) {
      expect(answer).toMatchObject(forbidden);
    }
  });

  it.each([
    ['the student', (booking: Booking) => Promise.resolve(booking.student)],
    [
      'a guardian',
      ({ student }: Booking) =>
        service.actorWith({ sub: 'a-guardian', role: 'student', students: [student.id] }),
    ],
    ['an operator', () => service.actor('staff', 'operator')],
    ['a service', () => service.actor('cron', 'service')],
  ])('is made, listed and revoked by %s', async (_, actorOf) => {
    const booking = await service.book();
    const actor = await actorOf(booking);
    const { share, token } = (await actor.share(booking.id, 60)).data.shareJourney;
    expect(token).toMatch(new RegExp(`^share\\.${booking.id}\\.[\\w-]{22}$`));
    expect(share.sessionId).toBe(booking.id);
    expect(Date.parse(share.expiresAt) - Date.parse(share.createdAt)).toBe(60_000);
    expect((await actor.shares(booking.id)).data.session.shares).toEqual([share]);
    expect((await service.nobody(token).poll(booking.id)).status).toBe(200);
    for (let times = 0; times < 2; times += 1) {
      expect((await actor.revoke(booking.id, share.id)).data).toEqual({ revokeShare: true });
    }
    expect(await service.nobody(token).poll(booking.id)).toMatchObject(REFUSED);
    expect((await actor.shares(booking.id)).data.session.shares).toEqual([]);
  });

  it('is not for the trainer to make, to list or to revoke, and for outsiders there is no such session', async () => {
    const { id, trainer, shareId, guest } = await bookShared(service);
    const outsiders = [
      await service.actor('an-outsider', 'student'),
      await service.actor('an-outsider', 'trainer'),
      await service.actorWith({ sub: 'a-guardian', role: 'student', students: ['another-student'] }),
    ];
    for (const [actor, code] of [
      [trainer, 'FORBIDDEN'],
      ...outsiders.map((outsider) => [outsider, 'SESSION_NOT_FOUND'] as const),
    ] as [Actor, string][]) {
      for (const answer of [await actor.share(id), await actor.revoke(id, shareId), await actor.shares(id)]) {
        expect(answer.code).toBe(code);
      }
    }
    expect((await service.nobody().share(id)).code).toBe('UNAUTHENTICATED');
    expect((await guest.poll(id)).status).toBe(200);
  });

  it('lasts two hours unless it says otherwise, and from a minute to a day', async () => {
    const { id, student } = await service.book();
    const { share } = (await student.share(id)).data.shareJourney;
    expect(Date.parse(share.expiresAt) - Date.parse(share.createdAt)).toBe(7_200_000);
    for (const seconds of [59, 86_401, 0, -60, 2_147_483_647]) {
      const answer = await student.share(id, seconds);
      expect(answer).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      expect(answer.errors![0].extensions.field).toBe('expiresInSeconds');
    }
    expect((await student.share(id, 86_400)).code).toBeUndefined();
    // The key lives as long as the last share.
    const ttlMs = await service.redis.pttl(service.keys.shares(id));
    expect(ttlMs).toBeGreaterThan(86_390_000);
    expect(ttlMs).toBeLessThanOrEqual(86_400_000);
  });

  it('is one of at most ten at a time, however many are asked for at once', async () => {
    const { id, student } = await service.book();
    const answers = await Promise.all(Array.from({ length: 15 }, () => student.share(id)));
    const codes = answers.map(({ code }) => code ?? 'OK').sort();
    expect(codes).toEqual([
      ...Array.from({ length: 5 }, () => 'BAD_USER_INPUT'),
      ...Array.from({ length: 10 }, () => 'OK'),
    ]);
    const [first] = (await student.shares(id)).data.session.shares;
    await student.revoke(id, first.id);
    expect((await student.share(id)).code).toBeUndefined();
    expect((await student.share(id)).errors![0].message).toMatch(/at most 10 shares .* revokeShare/);
  });

  it('is stored as a hash of its secret', async () => {
    const { id, student, token, shareId } = await bookShared(service);
    const secret = token.split('.').at(-1)!;
    const stored = await service.redis.hgetall(service.keys.shares(id));
    expect(Object.keys(stored)).toEqual([hashOfSecret(secret)]);
    expect(Object.values(stored)[0]).toMatch(new RegExp(`^${shareId} \\d+ \\d+ ${student.id}$`));
  });

  it('cannot be made of a session that has no journey to come', async () => {
    const arrived = await service.book();
    await arrived.trainer.start(arrived.id);
    await arrived.trainer.arrive(arrived.id, metersFromHome(10));
    const cancelled = await service.book({ status: 'CANCELLED' });
    for (const { id, student } of [arrived, cancelled]) {
      expect(await student.share(id)).toMatchObject({ status: 409, code: 'SESSION_NOT_STARTABLE' });
    }
  });

  it('refuses wrong secrets, sessions without shares, sessions that do not exist and malformed tokens alike', async () => {
    const { id, token } = await bookShared(service);
    const { id: unshared } = await service.book();
    const secret = 'AAAAAAAAAAAAAAAAAAAAAA';
    const ends = { 'liveLocation(sessionId: $id) { state }': 'query ($id: ID!)', 'viewer { id }': '' };
    for (const [field, head] of Object.entries(ends)) {
      for (const [sessionId, guess] of [
        [id, `share.${id}.${secret}`],
        [unshared, `share.${unshared}.${secret}`],
        ['no-such-session', `share.no-such-session.${secret}`],
        [id, token.slice(0, -1)],
        [id, `${token}A`],
        [id, 'share.'],
        [id, `share.${id}.`],
        [id, `share..${secret}`],
        [id, token.replace('share.', 'share.x')],
      ] as const) {
        const answer = await service.nobody(guess).ask(`${head} { ${field} }`, { id: sessionId });
        if (answer.code !== 'FORBIDDEN') expect(answer).toMatchObject(REFUSED);
        expect(answer.data ?? null).toBeNull();
      }
    }
  });
});
