import { setTimeout as sleep } from 'node:timers/promises';

import { AccessLog } from '../../src/domain/accessLog';
import { eventually } from '../faults/eventually';
import { FaultProxy } from '../support/faultProxy';
import { freePort } from '../support/freePort';
import { testRedisUrl } from '../support/redis';
import { TestService } from '../support/service';
import { bookShared } from '../support/shares';
import { scrape } from './scrape';

describe('The metrics of shares, the access log and the deletion of old records', () => {
  let service: TestService;
  let proxy: FaultProxy;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    proxy = await FaultProxy.start(Number(new URL(testRedisUrl()).port));
    service = await TestService.start({
      REDIS_URL: proxy.redisUrl,
      REDIS_TIMEOUT_MS: '1000',
      METRICS_PORT: String(port),
      LOG_LEVEL: 'error',
      SHARE_GUESSES_PER_MINUTE: '3',
    });
  });
  afterAll(async () => {
    proxy.heal();
    await service.stop();
    await proxy.stop();
  });

  const valueOf = async (name: string, labels: Record<string, string> = {}) =>
    (await scrape(port)).value(name, labels);

  it('are there from the start, as 0: Prometheus sees the first increase of nothing else', async () => {
    for (const code of ['UNAUTHENTICATED', 'RATE_LIMITED'])
      expect(await valueOf('journey_share_refusals_total', { code })).toBe(0);
    for (const reason of ['full', 'stopped'])
      expect(await valueOf('journey_access_log_lost_total', { reason })).toBe(0);
    expect(await valueOf('journey_retention_turns_total')).toBe(0);
    expect(await valueOf('journey_access_log_waiting')).toBe(0);
    expect(await valueOf('journey_access_log_lag_seconds')).toBe(0);
  });

  it('count refused shares by code, and no valid one', async () => {
    const { id, guest, student, shareId } = await bookShared(service);
    expect((await guest.poll(id)).status).toBe(200);
    const secretOf = (n: number) => Buffer.alloc(16, n).toString('base64url');
    for (let n = 0; n < 5; n += 1) await service.nobody(`share.${id}.${secretOf(n)}`).poll(id);
    expect(await valueOf('journey_share_refusals_total', { code: 'UNAUTHENTICATED' })).toBe(3);
    expect(await valueOf('journey_share_refusals_total', { code: 'RATE_LIMITED' })).toBe(2);
    await student.revoke(id, shareId);
    await guest.poll(id);
    expect(await valueOf('journey_share_refusals_total')).toBe(6);
    // Neither the session nor the share becomes a label.
    const text = JSON.stringify((await scrape(port)).samples);
    for (const word of [id, shareId, guest.token!.split('.')[2]!]) expect(text).not.toContain(word);
  });

  it('show the reads that wait while Redis is away, and those that a stopping process loses', async () => {
    const operator = await service.actor('operator-1', 'operator');
    proxy.refuse();
    // A list of sessions needs only the database: it has the one of the test before.
    expect((await operator.ask('{ sessions { edges { cursor } } }')).data.sessions.edges).toHaveLength(1);
    await eventually('the read waits', async () => (await valueOf('journey_access_log_lag_seconds'))! > 1.5);
    expect(await valueOf('journey_access_log_waiting')).toBe(1);
    await service.stopApp();
    const [line] = service.log.filter((text) => text.includes('loses reads'));
    expect(JSON.parse(line!)).toMatchObject({ reads: 1, level: 50 });
    proxy.heal();
    await service.startApp();
  }, 30_000);

  it('count the reads for which there is no room', async () => {
    const lost: [string, number][] = [];
    const log = new AccessLog({
      outbox: { append: () => Promise.reject(new Error('away')) },
      onError: () => undefined,
      onFull: () => undefined,
      onLost: (reason, reads) => lost.push([reason, reads]),
    });
    for (let n = 0; n < 50_002; n += 1) log.note({ id: 'operator-1', role: 'OPERATOR' }, `session-${n}`);
    expect(lost).toEqual([
      ['full', 1],
      ['full', 1],
    ]);
    await sleep(10);
    expect(log.figures()).toMatchObject({ waiting: 50_000, oldestAgeMs: expect.any(Number) });
    expect(log.figures().oldestAgeMs).toBeGreaterThan(0);
    await log.stop();
    expect(lost.at(-1)).toEqual(['stopped', 50_000]);
  });
});
