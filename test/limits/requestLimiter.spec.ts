import { readTrustedDocuments } from '../../src/graphql/trustedDocuments';
import { RequestLimiter, type RequestDecision } from '../../src/http/requestLimiter';
import { TestService } from '../support/service';

describe('The rate of one user', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ REQUESTS_PER_MINUTE: '5' });
  });
  afterAll(() => service.stop());

  const viewer = '{ viewer { id } }';

  it('says how many requests are left once half are used, and refuses further ones as RATE_LIMITED with the time to wait', async () => {
    const student = await service.actor('student-of-rate', 'student');
    const left: (string | null)[] = [];
    for (let asked = 0; asked < 5; asked += 1) {
      const answer = await student.ask(viewer);
      expect(answer.code).toBeUndefined();
      left.push(answer.headers.get('ratelimit'));
    }
    expect(left.slice(0, 2)).toEqual([null, null]);
    expect(left.slice(2).map((header) => /^"user";r=(\d+);t=\d+$/.exec(header!)?.[1])).toEqual([
      '2',
      '1',
      '0',
    ]);

    const refused = await student.ask(viewer);
    expect(refused).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    const { retryAfterMs, status } = refused.errors![0].extensions;
    expect(status).toBe(429);
    expect(retryAfterMs).toBeGreaterThan(0);
    expect(retryAfterMs).toBeLessThanOrEqual(12_000);
    expect(refused.headers.get('retry-after')).toBe(String(Math.ceil(retryAfterMs / 1000)));
    expect(refused.headers.get('ratelimit')).toBe('"user";r=0;t=60');
    expect(refused.headers.get('ratelimit-policy')).toBe('"user";q=5;w=60');

    const plain = await student.ask(viewer, {}, { accept: 'application/json' });
    expect(plain).toMatchObject({ status: 200, code: 'RATE_LIMITED' });
  });

  it('counts a known document whose variables do not fit once', async () => {
    const student = await service.actor('student-of-misfits', 'student');
    const [document] = Object.values(readTrustedDocuments()).filter((text) =>
      text.startsWith('query LiveLocation('),
    );
    const left: (string | undefined)[] = [];
    for (let asked = 0; asked < 5; asked += 1) {
      const response = await student.ask(document!, { sessionId: { not: 'an id' } });
      expect(response).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
      left.push(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1]);
    }
    expect(left).toEqual([undefined, undefined, '2', '1', '0']);
    expect(await student.ask(document!, { sessionId: 's' })).toMatchObject({ status: 429 });
  });

  it('counts neither operators nor services nor anonymous clients', async () => {
    for (const asker of [
      await service.actor('operator-of-rate', 'operator'),
      await service.actor('service-of-rate', 'service'),
    ]) {
      for (let asked = 0; asked < 12; asked += 1) {
        const answer = await asker.ask(viewer);
        expect(answer.code).toBeUndefined();
        expect(answer.headers.get('ratelimit')).toBeNull();
      }
    }
    for (let asked = 0; asked < 12; asked += 1) {
      expect((await service.nobody().ask(viewer)).code).toBe('UNAUTHENTICATED');
    }
  });
});

describe('The request limiter', () => {
  const user = { id: 'u', role: 'TRAINER' } as const;
  const messageOf = (decision: RequestDecision | undefined) => decision?.error?.message;

  it('refills evenly and never above its size', () => {
    let now = 1_000_000;
    const limiter = new RequestLimiter({ perMinute: 60, now: () => now });
    for (let asked = 0; asked < 60; asked += 1) limiter.take(user);
    expect(messageOf(limiter.take(user))).toContain('At most 60 requests a minute');
    now += 1000;
    limiter.take(user);
    expect(messageOf(limiter.take(user))).toContain('At most');
    now += 3_600_000;
    for (let asked = 0; asked < 29; asked += 1) expect(limiter.take(user)).toBeUndefined();
    expect(limiter.take(user)).toEqual({ headers: { ratelimit: '"user";r=30;t=30' } });
    for (let asked = 0; asked < 30; asked += 1) limiter.take(user);
    expect(messageOf(limiter.take(user))).toContain('At most');
    expect(limiter.take({ id: 'another', role: 'STUDENT' })).toBeUndefined();
  });

  it('keeps a busy user limited however many others send a request, and forgets idle users first', () => {
    const limiter = new RequestLimiter({ perMinute: 10, now: () => 0, maxUsers: 100 });
    const idle = { id: 'idle', role: 'STUDENT' } as const;
    for (let asked = 0; asked < 10; asked += 1) {
      limiter.take(user);
      limiter.take(idle);
    }
    for (let other = 0; other < 1000; other += 1) {
      limiter.take({ id: `other-${other}`, role: 'STUDENT' });
      // Refused requests count as activity: who does not stop is not forgotten.
      expect(messageOf(limiter.take(user))).toContain('At most 10 requests a minute');
    }
    expect(messageOf(limiter.take(idle))).toBeUndefined();
  });
});
