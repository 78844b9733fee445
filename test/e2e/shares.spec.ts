import { setTimeout as sleep } from 'node:timers/promises';

import { hashOfSecret } from '../../src/domain/share';
import { freePort } from '../support/freePort';
import { metersFromHome, TestService, type Actor, type Booking } from '../support/service';
import { unbookSession } from '../support/sessions';

const NOT_VALID = 'This share is not valid: it has ended, was revoked, or never existed. Ask for a new one.';
const refused = { status: 401, code: 'UNAUTHENTICATED', errors: [{ message: NOT_VALID }] };
const settings = { UPDATE_INTERVAL_MS: '1', UPDATE_JITTER_MS: '60000', REQUESTS_PER_MINUTE: 'off' };

/** A session with a share of it, and the guest who has its token. */
interface SharedSession extends Booking {
  readonly shareId: string;
  readonly token: string;
  readonly guest: Actor;
}

async function shareOf(service: TestService, booking: Booking, lifeSeconds?: number) {
  const answer = await booking.student.share(booking.id, lifeSeconds);
  const { share, token } = answer.data.shareJourney;
  return { share, shareId: share.id as string, token: token as string, guest: service.nobody(token) };
}

async function bookShared(service: TestService, isActive = true): Promise<SharedSession> {
  const booking = await service.book();
  const { shareId, token, guest } = await shareOf(service, booking);
  if (isActive) {
    await booking.trainer.start(booking.id);
    await booking.trainer.update(booking.id, metersFromHome(900));
  }
  return { ...booking, shareId, token, guest };
}

describe('A share', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start(settings);
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
    expect(await service.nobody(token).poll(booking.id)).toMatchObject(refused);
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

  it('can not be made of a session that has no journey to come', async () => {
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
        if (answer.code !== 'FORBIDDEN') expect(answer).toMatchObject(refused);
        expect(answer.data ?? null).toBeNull();
      }
    }
  });
});

describe('The end of a share', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ ...settings, SHARE_AFTER_END_SECONDS: '1' });
  });
  afterAll(() => service.stop());

  it('comes on time', async () => {
    const { id, guest, token } = await bookShared(service);
    const key = service.keys.shares(id);
    const hash = hashOfSecret(token.split('.').at(-1)!);
    const stored = (await service.redis.hget(key, hash))!.split(' ');
    await service.redis.hset(key, hash, [stored[0], stored[1], Date.now() + 300, stored[3]].join(' '));
    expect((await guest.poll(id)).status).toBe(200);
    await sleep(320);
    expect(await guest.poll(id)).toMatchObject(refused);
    expect((await guest.ask('{ viewer { id } }')).code).toBe('UNAUTHENTICATED');
  });

  it.each(['ARRIVED', 'STOPPED'])(
    'comes the setting SHARE_AFTER_END_SECONDS after the journey %s',
    async (state) => {
      const { id, guest, trainer, student } = await bookShared(service, false);
      await trainer.start(id);
      const ended = await (state === 'STOPPED' ? trainer.stop(id) : trainer.arrive(id, metersFromHome(10)));
      const { endedAt } = ended.data.stopJourney ?? ended.data.markArrived;
      expect((await guest.poll(id)).data.liveLocation).toMatchObject({ state, location: null });
      const [share] = (await student.shares(id)).data.session.shares;
      expect(Date.parse(share.expiresAt)).toBe(Date.parse(endedAt) + 1000);
      await sleep(Math.max(0, Date.parse(endedAt) + 1020 - Date.now()));
      expect(await guest.poll(id)).toMatchObject(refused);
      // A journey that starts after it is not shared by it.
      if (state === 'STOPPED') await trainer.start(id);
      expect(await guest.poll(id)).toMatchObject(refused);
    },
  );

  it('comes after a journey that a process of an older release ended, which knows no shares', async () => {
    const { id, guest, trainer, token } = await bookShared(service);
    const key = service.keys.shares(id);
    const hash = hashOfSecret(token.split('.').at(-1)!);
    const stored = (await service.redis.hget(key, hash))!;
    await trainer.stop(id);
    await service.redis.hset(key, hash, stored);
    expect((await guest.poll(id)).status).toBe(200);
    await sleep(1050);
    expect(await guest.poll(id)).toMatchObject(refused);
  });

  it('of a later journey does not concern the end of an earlier one', async () => {
    const booking = await service.book();
    await booking.trainer.start(booking.id);
    await booking.trainer.stop(booking.id);
    const { guest } = await shareOf(service, booking);
    await sleep(1050);
    expect((await guest.poll(booking.id)).status).toBe(200);
  });

  it('comes with the cancellation of the session, before and during a journey', async () => {
    const operator = await service.actor('staff', 'operator');
    for (const isActive of [false, true]) {
      const { id, guest, session } = await bookShared(service, isActive);
      await service.rebook({ ...session, status: 'CANCELLED' });
      await operator.refresh(id);
      expect(await guest.poll(id)).toMatchObject(refused);
      expect(await service.redis.exists(service.keys.shares(id))).toBe(0);
      // And for good.
      await service.rebook(session);
      await operator.refresh(id);
      expect(await guest.poll(id)).toMatchObject(refused);
    }
  });

  it('comes when the cached session is seen to be cancelled, without a refresh', async () => {
    const { id, guest, student, session } = await bookShared(service, false);
    await student.poll(id);
    await service.rebook({ ...session, status: 'CANCELLED' });
    // The cache is a minute old.
    await service.redis.hset(service.keys.meta(id), 'checkedAt', Date.now() - 61_000);
    expect(await guest.poll(id)).toMatchObject(refused);
    expect(await service.redis.exists(service.keys.shares(id))).toBe(0);
  });

  it('comes when the session is given to another student, and not to another trainer before a journey', async () => {
    const operator = await service.actor('staff', 'operator');
    for (const isActive of [false, true]) {
      const { id, guest, session } = await bookShared(service, isActive);
      const next = await service.actor('the-next-student', 'student');
      await service.rebook({ ...session, studentId: next.id });
      await operator.refresh(id);
      expect(await guest.poll(id)).toMatchObject(refused);
      expect((await next.shares(id)).data.session.shares).toEqual([]);
    }
    const { id, guest, session } = await bookShared(service, false);
    await service.rebook({ ...session, trainerId: 'the-next-trainer' });
    await operator.refresh(id);
    expect((await guest.poll(id)).data.liveLocation).toMatchObject({ trainerId: 'the-next-trainer' });
  });

  it('comes with the session', async () => {
    const { id, guest } = await bookShared(service, false);
    await unbookSession(service.database.url, id);
    await (await service.actor('staff', 'operator')).refresh(id);
    expect(await guest.poll(id)).toMatchObject(refused);
  });

  it('comes with the data of Redis', async () => {
    const { id, guest, student } = await bookShared(service);
    await service.redis.del(service.keys.shares(id));
    expect(await guest.poll(id)).toMatchObject(refused);
    expect((await student.share(id)).code).toBeUndefined();
  });
});

describe('A revocation', () => {
  it('is obeyed by every process from its answer on', async () => {
    const service = await TestService.start(settings);
    const peer = await service.startPeer();
    try {
      for (let round = 0; round < 10; round += 1) {
        const { id, student, shareId, token } = await bookShared(service);
        let revokedAt = Infinity;
        let readAfter = 0;
        let readBefore = 0;
        let isOver = false;
        const guests = [service.nobody(token), service.nobody(token, peer.url)];
        const reading = guests.map(async (guest) => {
          while (!isOver) {
            const sentAt = performance.now();
            const answer = await guest.poll(id);
            if (answer.status !== 200) expect(answer).toMatchObject(refused);
            else if (sentAt > revokedAt) readAfter += 1;
            else readBefore += 1;
          }
        });
        await sleep(30);
        await student.revoke(id, shareId);
        revokedAt = performance.now();
        await sleep(60);
        isOver = true;
        await Promise.all(reading);
        expect({ readAfter, isRead: readBefore > 0 }).toEqual({ readAfter: 0, isRead: true });
      }
    } finally {
      await peer.stop();
      await service.stop();
    }
  }, 60_000);
});

describe('Guesses', () => {
  it('are limited for each session, and a valid share is never affected', async () => {
    const service = await TestService.start({ ...settings, SHARE_GUESSES_PER_MINUTE: '5' });
    const [shared, other] = [await bookShared(service), await bookShared(service)];
    const guess = (id: string, at: number) =>
      service.nobody(`share.${id}.${String(at).padStart(22, 'A')}`).poll(id);
    const codes: (string | undefined)[] = [];
    for (let at = 0; at < 12; at += 1) {
      const answer = await guess(shared.id, at);
      codes.push(answer.code);
      if (answer.code === 'RATE_LIMITED') {
        expect(answer.status).toBe(429);
        expect(answer.errors![0].extensions.retryAfterMs).toBeGreaterThan(0);
        expect(answer.headers.get('retry-after')).not.toBeNull();
      }
      expect((await shared.guest.poll(shared.id)).status).toBe(200);
    }
    expect(codes.slice(0, 5)).toEqual(codes.slice(0, 5).map(() => 'UNAUTHENTICATED'));
    expect(codes.slice(5)).toEqual(codes.slice(5).map(() => 'RATE_LIMITED'));
    expect((await guess(other.id, 0)).code).toBe('UNAUTHENTICATED');
    await service.stop();
  });

  it('are counted by share, and one guest does not use up the requests of another', async () => {
    const service = await TestService.start({ ...settings, REQUESTS_PER_MINUTE: '10' });
    const booking = await service.book();
    const [one, other] = [await shareOf(service, booking), await shareOf(service, booking)];
    const codes = new Set<string | undefined>();
    for (let at = 0; at < 15; at += 1) codes.add((await one.guest.poll(booking.id)).code);
    expect(codes).toEqual(new Set([undefined, 'RATE_LIMITED']));
    expect((await other.guest.poll(booking.id)).status).toBe(200);
    await service.stop();
  });

  it('cost one round trip to Redis, as a valid share does, and no read of the database', async () => {
    const service = await TestService.start(settings);
    const { id, guest } = await bookShared(service);
    const callsOf = async (read: () => Promise<unknown>) => {
      await read();
      const count = async () =>
        Number(/cmdstat_evalsha:calls=(\d+)/.exec(await service.redis.info('commandstats'))?.[1] ?? 0);
      const before = await count();
      for (let times = 0; times < 20; times += 1) await read();
      return (await count()) - before;
    };
    const wrong = service.nobody(`share.${id}.${'A'.repeat(22)}`);
    const unknown = service.nobody(`share.no-such-session.${'A'.repeat(22)}`);
    // Other tests use the same Redis server, so only an upper bound can be wrong by accident: it is measured again.
    const attempts = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      attempts.push([
        await callsOf(() => guest.poll(id)),
        await callsOf(() => wrong.poll(id)),
        await callsOf(() => unknown.poll('no-such-session')),
      ]);
    }
    for (const kind of [0, 1, 2]) expect(Math.min(...attempts.map((calls) => calls[kind]!))).toBe(20);
    await service.stop();
  });
});

describe('The secret of a share', () => {
  it('is in no line of the log, no metric and no error, whatever happens to it', async () => {
    const metricsPort = await freePort();
    const service = await TestService.start({
      ...settings,
      LOG_LEVEL: 'trace',
      METRICS_PORT: String(metricsPort),
    });
    const { id, guest, student, shareId, token } = await bookShared(service);
    const answers = [
      await guest.poll(id),
      await guest.ask('{ viewer { id } }'),
      await guest.poll('another-session'),
      await guest.ask('{ nonsense }'),
      await guest.stop(id),
      await service.nobody(`${token}x`).poll(id),
    ];
    // A value that no script can read.
    await service.redis.set(service.keys.active(id), 'broken');
    answers.push(await guest.poll(id));
    expect(answers.at(-1)).toMatchObject({ status: 500 });
    await service.redis.del(service.keys.active(id));
    await student.revoke(id, shareId);
    answers.push(await guest.poll(id));
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const secret = token.split('.').at(-1)!;
    const written = [
      service.log.join(''),
      metrics,
      JSON.stringify(answers.map(({ errors, data, headers }) => [errors, data, [...headers]])),
    ];
    expect(written[0]).toContain('liveLocation');
    expect(written[1]).toContain('journey_');
    for (const text of written) {
      expect(text.includes(secret)).toBe(false);
      expect(text.includes(hashOfSecret(secret))).toBe(false);
    }
    await service.stop();
  });
});

describe('A poll of a guest', () => {
  it('runs as compiled code once it was sent by somebody whose share is valid, and never for an invented one', async () => {
    const service = await TestService.start({ ...settings, LOG_LEVEL: 'info' });
    const { id, guest } = await bookShared(service);
    const paths = async (actor: Actor, query: string) => {
      const from = service.log.length;
      for (let times = 0; times < 4; times += 1) await actor.ask(query, { id });
      return service.log.slice(from).flatMap((line) => {
        const { path } = JSON.parse(line) as { path?: string };
        return path ? [path] : [];
      });
    };
    const query = 'query ($id: ID!) { liveLocation(sessionId: $id) { state } }';
    expect((await paths(guest, query)).at(-1)).toBe('compiled');
    const invented = service.nobody(`share.${id}.${'A'.repeat(22)}`);
    expect(await paths(invented, query.replace('state', 'version'))).toEqual(Array(4).fill('apollo'));
    expect((await paths(invented, query)).at(-1)).toBe('compiled');
    await service.stop();
  });
});
