import { setTimeout as sleep } from 'node:timers/promises';

import { trustedText } from '../contract/clients';
import { freePort } from '../support/freePort';
import { metersFromHome, TestService, type Booking } from '../support/service';
import { scrape, type Scrape } from './scrape';

describe('GET /metrics', () => {
  let service: TestService;
  let port: number;
  let booking: Booking;
  beforeAll(async () => {
    port = await freePort();
    service = await TestService.start({ METRICS_PORT: String(port), EVENTS: 'log' });
    booking = await service.book();
  });
  afterAll(() => service.stop());

  /** Scrapes until the result is as wanted: records are written after the response, and figures every 15 s. */
  async function eventually(isWanted: (found: Scrape) => boolean): Promise<Scrape> {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = await scrape(port);
      if (isWanted(found)) return found;
      await sleep(100);
    }
    return scrape(port);
  }

  it('counts what a journey does: requests, store calls, polls, starts and ends', async () => {
    const { id, trainer, student } = booking;
    await student.poll(id);
    await trainer.start(id);
    await trainer.update(id, metersFromHome(100));
    await student.poll(id);
    expect((await scrape(port)).value('journey_active')).toBe(1);
    await trainer.arrive(id);

    const found = await eventually((now) => now.value('journey_ended_total', { reason: 'ARRIVED' }) === 1);
    expect(found.value('journey_http_requests_total', { operation: 'liveLocation', code: 'OK' })).toBe(2);
    expect(found.value('journey_http_requests_total', { operation: 'startJourney', code: 'OK' })).toBe(1);
    expect(found.value('journey_http_request_duration_seconds_count', { operation: 'liveLocation' })).toBe(2);
    expect(
      found.value('journey_redis_call_duration_seconds_count', { step: 'readSnapshot' }),
    ).toBeGreaterThanOrEqual(2);
    expect(found.value('journey_redis_call_duration_seconds_count', { step: 'update' })).toBe(1);
    expect(
      found.value('journey_database_call_duration_seconds_count', { operation: 'findByIds' }),
    ).toBeGreaterThan(0);
    expect(found.value('journey_polls_total', { state: 'NOT_STARTED', signal: 'NONE' })).toBe(1);
    expect(found.value('journey_polls_total', { state: 'EN_ROUTE', signal: 'LIVE' })).toBe(1);
    expect(found.value('journey_started_total')).toBe(1);
    expect(found.value('journey_ended_total', { reason: 'ARRIVED' })).toBe(1);
    expect(found.value('journey_token_cache_misses_total')).toBe(2);
    expect(found.value('journey_token_cache_hits_total')).toBe(3);
  });

  it('counts fixes by verdict, takeovers, and clocks that were set', async () => {
    const { id, trainer } = await service.book();
    await trainer.start(id);
    await service.redis.hset(service.keys.active(id), 'startedAt', Date.now() - 600_000);
    const before = await scrape(port);
    const now = Date.now();
    const fix = (meters: number, ageMs: number, fields: object = {}) => ({
      ...metersFromHome(meters),
      capturedAt: new Date(now - ageMs).toISOString(),
      ...fields,
    });
    const fixes = [fix(9000, 20_000), fix(9000, 15_000, { mocked: true }), fix(200, 10_000), fix(200, 4000)];
    await trainer.updateBatch(id, fixes, new Date(now).toISOString());
    // The phone's clock is set forward by an hour.
    const answer = await trainer.ask(
      `mutation ($id: ID!, $location: LocationInput, $sentAt: DateTime) {
        markArrived(sessionId: $id, location: $location, sentAt: $sentAt) { state }
      }`,
      { id, location: fix(190, -3_600_000), sentAt: new Date(now + 3_600_000).toISOString() },
    );
    expect(answer.code).toBe('ARRIVAL_TOO_FAR');

    const after = await scrape(port);
    const counted = (name: string, labels: Record<string, string> = {}) =>
      (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0);
    expect(
      ['ACCEPTED', 'MOCKED', 'IMPLAUSIBLE_SPEED'].map((verdict) =>
        counted('journey_fixes_total', { verdict }),
      ),
    ).toEqual([3, 1, 1]);
    expect(counted('journey_takeovers_total')).toBe(1);
    expect(counted('journey_clock_resets_total')).toBe(1);
  });

  it('pings the database once, however many nodes of a load balancer check the readiness', async () => {
    const pings = async () =>
      (await scrape(port)).value('journey_database_call_duration_seconds_count', { operation: 'ping' }) ?? 0;
    const before = await pings();
    const ask = () => fetch(`${service.address}/health/ready`).then(({ status }) => status);
    for (let round = 0; round < 5; round += 1) {
      expect(new Set(await Promise.all(Array.from({ length: 20 }, ask)))).toEqual(new Set([200]));
    }
    expect((await pings()) - before).toBeLessThanOrEqual(2);
  });

  it('shows the state of the process and its stores', async () => {
    const found = await eventually((now) =>
      ['events', 'records'].every((stream) => now.value('journey_outbox_depth', { stream }) === 0),
    );
    expect(found.value('journey_store_down', { store: 'redis' })).toBe(0);
    expect(found.value('journey_store_down', { store: 'database' })).toBe(0);
    for (const stream of ['events', 'records']) {
      expect(found.value('journey_outbox_depth', { stream })).toBe(0);
      expect(found.value('journey_outbox_lag_seconds', { stream })).toBe(0);
    }
    expect(found.value('journey_events_dead')).toBe(0);
    expect(found.value('journey_deadlines_overdue')).toBe(0);
    for (const quantile of ['0.5', '0.99', '1']) {
      const delay = found.value('journey_event_loop_delay_seconds', { quantile });
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(10);
    }
    expect(found.value('process_cpu_seconds_total')).toBeGreaterThan(0);
  }, 30_000);

  it('counts requests by path: a document is compiled when an authenticated user sends it again, never for anonymous clients', async () => {
    const { student } = booking;
    const pathsOf = async (field: string) => {
      const found = await scrape(port);
      const count = (path: string) =>
        found.value('journey_http_requests_total', { operation: field, path }) ?? 0;
      return { apollo: count('apollo'), compiled: count('compiled') };
    };
    const document = '{ viewer { role } }';
    const anonymous = service.nobody();
    for (let times = 0; times < 6; times += 1) {
      expect(await anonymous.ask(document)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(await pathsOf('viewer')).toEqual({ apollo: 6, compiled: 0 });
    await student.ask(document);
    expect(await pathsOf('viewer')).toEqual({ apollo: 7, compiled: 0 });
    // After a slow compilation of another document a process compiles none for a while.
    let paths = await pathsOf('viewer');
    for (let tries = 0; tries < 100 && paths.compiled === 0; tries += 1) {
      await student.ask(document);
      paths = await pathsOf('viewer');
      if (paths.compiled === 0) await sleep(50);
    }
    expect(paths.compiled).toBe(1);
    for (let times = 0; times < 3; times += 1) await student.ask(document);
    expect(await pathsOf('viewer')).toEqual({ apollo: paths.apollo, compiled: 4 });
  });

  it('counts requests by the client that sent them, on both paths, and also those that are rejected', async () => {
    const send = (headers: Record<string, string>, body: string) =>
      fetch(`${service.address}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${booking.student.token}`,
          ...headers,
        },
        body,
      });
    const poll = JSON.stringify({
      query: trustedText('LiveLocation'),
      variables: { sessionId: booking.id },
    });
    const ours = { 'apollographql-client-name': '@journey/client', 'apollographql-client-version': '0.1.0' };
    await send(ours, poll);
    await send(ours, JSON.stringify({ query: '{ viewer { id } } # by Apollo Server' }));
    await send(ours, 'not JSON');
    await send({ ...ours, 'apollographql-client-version': 'verySecretVersion' }, poll);
    await send({ 'apollographql-client-name': 'verySecretName' }, poll);

    const { value, samples } = await scrape(port);
    const count = (client: string, version: string) =>
      value('journey_client_requests_total', { client, version });
    expect(count('@journey/client', '0.1.0')).toBe(3);
    expect(count('@journey/client', 'other')).toBe(1);
    expect(count('other', 'other')).toBe(1);
    expect(count('none', 'none')).toBeGreaterThan(0);
    expect(JSON.stringify(samples)).not.toMatch(/verySecret/i);
  });

  it('keeps its labels few, and free of what users send', async () => {
    const { student } = booking;
    await student.ask('query VerySecretName { viewer { id } verySecretAlias: viewer { role } }');
    await student.ask('{ verySecretField }');
    await student.ask('{ viewer { id } sessions { pageInfo { hasNextPage } } }');
    await student.ask('not a document, verySecret');
    await student.ask('query ($id: ID!) { liveLocation(sessionId: $id) { state } }', { id: 'verySecret' });
    await fetch(`${service.address}/verySecret`);

    const { samples, value } = await scrape(port);
    const text = JSON.stringify(samples);
    expect(text).not.toMatch(/verySecret/i);
    for (const word of [booking.id, booking.trainer.id, student.id, student.token!])
      expect(text).not.toContain(word);
    expect(
      value('journey_http_requests_total', { operation: 'other', code: 'GRAPHQL_VALIDATION_FAILED' }),
    ).toBe(1);
    expect(value('journey_http_requests_total', { operation: 'other', code: 'GRAPHQL_PARSE_FAILED' })).toBe(
      1,
    );
    expect(value('journey_http_requests_total', { operation: 'other', code: 'OK' })).toBe(1);
  });

  it('is not served on the public port, and its own port serves nothing else', async () => {
    expect((await fetch(`${service.address}/metrics`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/metrics`, { method: 'POST' })).status).toBe(404);
  });
});
