import { setTimeout as sleep } from 'node:timers/promises';

import { hashOfSecret } from '../../src/domain/share';
import { FaultProxy } from '../support/faultProxy';
import { freePort } from '../support/freePort';
import { testRedisUrl } from '../support/redis';
import { TestService, type Actor } from '../support/service';
import { bookShared, FAST_SETTINGS, REFUSED, shareOf } from '../support/shares';

describe('A revocation', () => {
  it('is obeyed by every process from its answer on', async () => {
    const service = await TestService.start(FAST_SETTINGS);
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
            if (answer.status !== 200) expect(answer).toMatchObject(REFUSED);
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
    const service = await TestService.start({ ...FAST_SETTINGS, SHARE_GUESSES_PER_MINUTE: '5' });
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
    const service = await TestService.start({ ...FAST_SETTINGS, REQUESTS_PER_MINUTE: '10' });
    const booking = await service.book();
    const [one, other] = [await shareOf(service, booking), await shareOf(service, booking)];
    const codes = new Set<string | undefined>();
    for (let at = 0; at < 15; at += 1) codes.add((await one.guest.poll(booking.id)).code);
    expect(codes).toEqual(new Set([undefined, 'RATE_LIMITED']));
    expect((await other.guest.poll(booking.id)).status).toBe(200);
    await service.stop();
  });

  it('cost one round trip to Redis, as a valid share does, and no read of the database', async () => {
    const proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    const service = await TestService.start({ ...FAST_SETTINGS, REDIS_URL: proxy.redisUrl });
    const { id, guest } = await bookShared(service);
    /** Requests to Redis about a session; relays and watchdog go on meanwhile, and do not name it. */
    const callsOf = async (viewer: Actor, sessionId: string): Promise<number> => {
      await viewer.poll(sessionId);
      let calls = 0;
      const counts = (request: Buffer): boolean => {
        if (request.includes(sessionId)) calls += 1;
        return false;
      };
      proxy.inject({ kind: 'hold', when: counts });
      for (let times = 0; times < 20; times += 1) await viewer.poll(sessionId);
      proxy.heal();
      return calls;
    };
    const wrong = service.nobody(`share.${id}.${'A'.repeat(22)}`);
    const unknown = service.nobody(`share.no-such-session.${'A'.repeat(22)}`);
    expect(await callsOf(guest, id)).toBe(20);
    expect(await callsOf(wrong, id)).toBe(20);
    expect(await callsOf(unknown, 'no-such-session')).toBe(20);
    await service.stop();
    await proxy.stop();
  });
});

describe('The secret of a share', () => {
  it('is in no line of the log, no metric and no error, whatever happens to it', async () => {
    const metricsPort = await freePort();
    const service = await TestService.start({
      ...FAST_SETTINGS,
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
    const service = await TestService.start({ ...FAST_SETTINGS, LOG_LEVEL: 'info' });
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
