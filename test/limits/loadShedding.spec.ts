import { setTimeout as sleep } from 'node:timers/promises';

import { freePort } from '../support/freePort';
import { TestService } from '../support/service';
import { scrape } from '../metrics/scrape';

describe('A process with too much to do', () => {
  let service: TestService;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    service = await TestService.start({ MAX_EVENT_LOOP_DELAY_MS: '40', METRICS_PORT: String(port) });
  });
  afterAll(() => service.stop());

  /** Keeps the event loop late for so long: each turn takes far more than it should. */
  async function burden(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (performance.now() < until) {
      const turn = performance.now() + 120;
      while (performance.now() < turn);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it('refuses requests as OVERLOADED, keeps its health routes and its compiled documents, and takes requests again when the load is gone', async () => {
    const asker = await service.actor('operator-1', 'operator');
    expect((await asker.ask('{ viewer { id } }')).code).toBeUndefined();

    const executedByApollo = async () =>
      (await scrape(port)).value('journey_http_requests_total', { operation: 'viewer', path: 'apollo' });
    for (let asked = 0; asked < 3; asked += 1) await asker.ask('{ viewer { id } }');
    expect(await executedByApollo()).toBe(1);

    const burdened = burden(4000);
    const answers = [];
    const health: number[] = [];
    while (answers.filter(({ code }) => code === 'OVERLOADED').length < 3 && answers.length < 60) {
      answers.push(await asker.ask('{ viewer { id } }'));
      health.push((await fetch(`${service.address}/health/ready`)).status);
    }
    await burdened;
    // The accepted requests cost no more than they do without the load.
    expect(answers.some(({ code }) => code === undefined)).toBe(true);
    expect(await executedByApollo()).toBe(1);
    const refused = answers.find(({ code }) => code === 'OVERLOADED')!;
    expect(refused.status).toBe(503);
    expect(refused.errors![0].extensions).toEqual({ code: 'OVERLOADED', status: 503, retryAfterMs: 2000 });
    expect(refused.headers.get('retry-after')).toBe('2');
    expect(new Set(health)).toEqual(new Set([200]));

    await sleep(6000);
    for (let asked = 0; asked < 20; asked += 1)
      expect((await asker.ask('{ viewer { id } }')).code).toBeUndefined();
    const labels = { operation: 'other', code: 'OVERLOADED', path: 'rejected' };
    expect((await scrape(port)).value('journey_http_requests_total', labels)).toBeGreaterThanOrEqual(3);
  }, 30_000);
});
