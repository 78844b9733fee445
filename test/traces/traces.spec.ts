import { SignJWT } from 'jose';

import { startRedis } from '../../demo/stores/redis';
import { eventually } from '../faults/eventually';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { EventBridgeStandIn } from '../support/eventBridge';
import { build, Program } from '../support/program';
import { Actor, HOME, metersFromHome } from '../support/service';
import { aSession, bookSessions } from '../support/sessions';
import { attributesOf, Collector, type SpanRecord } from './collector';

const SECRET = 'a secret of the trace tests, long enough for HS256';

describe('Traces of the built server', () => {
  let collector: Collector;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let database: TestDatabase;
  let server: Program;
  let url: string;
  let sessions = 0;
  beforeAll(async () => {
    build();
    [redis, database] = await Promise.all([startRedis(), createTestDatabase()]);
  }, 60_000);
  afterAll(async () => {
    await redis?.stop();
    await database?.drop();
  });
  beforeEach(async () => {
    collector = await Collector.start();
  });
  afterEach(async () => {
    server.kill('SIGKILL');
    await collector.stop();
  });

  async function start(
    env: Record<string, string> = {},
  ): Promise<{ id: string; trainer: Actor; student: Actor }> {
    server = new Program('main.js', [], {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      UPDATE_INTERVAL_MS: '1',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      ...env,
    });
    url = await server.printed(/"url":"(http:[^"]+)"/);
    // On a busy machine the first connection to PostgreSQL can take longer than a request may wait for it.
    await eventually('the database is connected', async () => {
      const response = await fetch(`${url}/health/ready`);
      return ((await response.json()) as { stores: { database: string } }).stores.database === 'up';
    });
    const n = (sessions += 1);
    const session = aSession({
      id: `session-of-trace-${n}`,
      trainerId: `trainer-of-trace-${n}`,
      studentId: `student-of-trace-${n}`,
      scheduledAt: Date.now(),
      home: HOME,
    });
    await bookSessions(database.url, session);
    const actor = async (id: string, role: string): Promise<Actor> => {
      const token = await new SignJWT({ role })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(id)
        .setExpirationTime('1h')
        .sign(new TextEncoder().encode(SECRET));
      return new Actor(() => url, id, token);
    };
    return {
      id: session.id,
      trainer: await actor(session.trainerId, 'trainer'),
      student: await actor(session.studentId, 'student'),
    };
  }

  /** Stops the server, because spans are sent in batches and the last of them when the process ends. */
  async function stop(): Promise<void> {
    server.kill('SIGTERM');
    expect((await server.result()).code).toBe(0);
  }

  const spansNamed = (name: string): SpanRecord[] => collector.spans.filter((span) => span.name === name);

  it('contain a request, its store calls, and the publishing of the event', async () => {
    const bus = await EventBridgeStandIn.start();
    const { id, trainer, student } = await start({
      ...bus.environment,
      EVENTS: 'eventbridge',
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_SERVICE_NAME: 'mine',
      EVENT_BUS_NAME: 'events-of-mine',
    });
    await trainer.start(id);
    await trainer.update(id, metersFromHome(100));
    for (let polls = 0; polls < 6; polls += 1) await student.poll(id);
    await trainer.arrive(id);
    await stop();
    await bus.stop();

    const [request] = spansNamed('POST /graphql startJourney');
    expect(attributesOf(request!)).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/graphql',
      'http.response.status_code': 200,
      'journey.operation': 'startJourney',
      'journey.code': 'OK',
    });
    const children = collector.spans.filter((span) => span.parentSpanId === request!.spanId);
    const names = children.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['postgresql findByIds', 'redis indexAdd', 'redis start']));
    for (const span of children) expect(span.traceId).toBe(request!.traceId);
    // The polls use both execution paths.
    const polls = spansNamed('POST /graphql liveLocation');
    expect(polls).toHaveLength(6);
    expect(new Set(polls.map((span) => attributesOf(span)['journey.path']))).toEqual(
      new Set(['apollo', 'compiled']),
    );
    for (const poll of polls) {
      expect(
        collector.spans.filter((span) => span.parentSpanId === poll.spanId).map(({ name }) => name),
      ).toEqual(['redis readSnapshot']);
    }
    const published = spansNamed('publish events-of-mine');
    expect(
      published.reduce((sum, span) => sum + Number(attributesOf(span)['messaging.batch.message_count']), 0),
    ).toBe(2);
    expect(attributesOf(published[0]!)).toMatchObject({
      'messaging.system': 'eventbridge',
      'messaging.destination.name': 'events-of-mine',
      'journey.failed': 0,
    });
    const xrayHeaders = published.map(
      ({ traceId, spanId }) => `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=1`,
    );
    expect(bus.deliveries).toHaveLength(2);
    for (const { traceHeader } of bus.deliveries) expect(xrayHeaders).toContain(traceHeader);
    const resource = collector.exports[0]!.resourceSpans[0]!.resource.attributes;
    expect(resource).toContainEqual({ key: 'service.name', value: { stringValue: 'mine' } });
  });

  it('have each call within its request, by the nanosecond', async () => {
    const { id, trainer, student } = await start({ OTEL_TRACES_SAMPLER: 'always_on' });
    await trainer.start(id);
    // Soon each takes less than a millisecond.
    for (let polls = 0; polls < 200; polls += 1) await student.poll(id);
    await stop();

    const requests = collector.spans.filter(({ name }) => name.startsWith('POST'));
    const calls = collector.spans.filter(({ parentSpanId }) => parentSpanId !== undefined);
    expect(requests).toHaveLength(201);
    expect(calls.length).toBeGreaterThan(200);
    const spanOf = new Map(requests.map((request) => [request.spanId, request]));
    const startOf = (span: SpanRecord): bigint => BigInt(span.startTimeUnixNano);
    const endOf = (span: SpanRecord): bigint => BigInt(span.endTimeUnixNano);
    expect(requests.filter((request) => startOf(request) >= endOf(request))).toEqual([]);
    expect(
      calls.filter((call) => {
        const request = spanOf.get(call.parentSpanId!)!;
        return startOf(call) < startOf(request) || endOf(call) > endOf(request);
      }),
    ).toEqual([]);
  });

  it('contain no id, coordinate, token, query or text of a user', async () => {
    const { id, trainer, student } = await start({ OTEL_TRACES_SAMPLER: 'always_on' });
    await trainer.start(id, 'secretRequestId');
    await trainer.update(id, { latitude: 52.5212345, longitude: 13.4054321 });
    await trainer.update(id, { latitude: 'secretText', longitude: 13.4054321 });
    await student.ask('query SecretName { secretAlias: viewer { id } }');
    await student.ask('{ secretField }');
    await fetch(`${url}/graphql?query=%7Bviewer%7Bid%7D%7D&secretParameter=1`, {
      headers: {
        'apollo-require-preflight': '1',
        authorization: `Bearer ${student.token}`,
        baggage: 'secret=1',
        tracestate: 'secret=1',
      },
    });
    await stop();

    expect(collector.spans.length).toBeGreaterThan(8);
    const all = collector.received.join('\n');
    for (const secret of [
      id,
      trainer.id,
      student.id,
      trainer.token!,
      student.token!,
      '52.52',
      '13.40',
      'latitude',
      'viewer {',
    ]) {
      expect(all).not.toContain(secret);
    }
    expect(all).not.toMatch(/secret(?!s)/i);
  });

  it('name the log as the destination where there is no event bus', async () => {
    const { id, trainer } = await start({ EVENTS: 'log' });
    await trainer.start(id);
    await stop();
    const [published] = collector.spans.filter(({ name }) => name.startsWith('publish'));
    expect(published!.name).toBe('publish log');
    expect(attributesOf(published!)).toMatchObject({
      'messaging.system': 'log',
      'messaging.destination.name': 'log',
    });
  });

  it('contain few of the polls and all other requests, whatever an anonymous caller decides', async () => {
    const { id, trainer, student } = await start();
    await trainer.start(id);
    const poll = 'query ($id: ID!) { liveLocation(sessionId: $id) { state } }';
    for (let polls = 0; polls < 100; polls += 1) {
      const traceparent = `00-${(BigInt(polls + 1) << 64n).toString(16).padStart(16, 'f').padStart(32, '7')}-00f067aa0ba902b7-01`;
      await student.ask(poll, { id }, { traceparent });
    }
    await student.ask(poll, { id: 'not mine' });
    await stop();
    const polls = spansNamed('POST /graphql liveLocation');
    expect(polls.filter((span) => attributesOf(span)['journey.code'] === 'OK').length).toBeLessThan(20);
    expect(polls.filter((span) => attributesOf(span)['journey.code'] === 'BAD_USER_INPUT')).toHaveLength(1);
    expect(spansNamed('POST /graphql startJourney')).toHaveLength(1);
  });

  it('continue a caller’s trace as W3C Trace Context defines it, with its tracestate', async () => {
    const { student } = await start();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const ask = (headers: Record<string, string>) => student.ask('{ viewer { id } }', {}, headers);
    const tracestate = 'vendor=value,other=t61rcWkgMzE';
    await ask({ traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate });
    // A version that is not defined yet may have more fields.
    await ask({ traceparent: `01-${traceId}-00f067aa0ba902b7-01-more` });
    await ask({ traceparent: `00-${traceId}-0000000000000000-01`, tracestate });
    await stop();
    const viewers = spansNamed('POST /graphql viewer');
    expect(viewers).toMatchObject([
      { traceId, parentSpanId: '00f067aa0ba902b7', traceState: tracestate },
      { traceId, parentSpanId: '00f067aa0ba902b7' },
      { traceId: expect.not.stringMatching(traceId) },
    ]);
    expect(viewers[2]!.traceState).toBeUndefined();
  });

  it('continue a caller’s trace, and follow its sampling decision where the operator trusts it', async () => {
    const { student } = await start({ OTEL_TRACES_SAMPLER: 'parentbased_always_off' });
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const ask = (flags: string) =>
      student.ask('{ viewer { id } }', {}, { traceparent: `00-${traceId}-00f067aa0ba902b7-${flags}` });
    await ask('01');
    await ask('00');
    await student.ask('{ viewer { id } }');
    await stop();
    expect(collector.spans).toMatchObject([
      { traceId, parentSpanId: '00f067aa0ba902b7', name: 'POST /graphql viewer' },
    ]);
  });

  it('are off by default and when they are disabled', async () => {
    const { student } = await start({ OTEL_SDK_DISABLED: 'true' });
    await student.ask('{ viewer { id } }');
    await stop();
    expect(collector.received).toEqual([]);
  });

  it('do not delay a stop when the collector is unavailable', async () => {
    const { student } = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    await student.ask('{ viewer { id } }');
    const startedAt = performance.now();
    await stop();
    expect(performance.now() - startedAt).toBeLessThan(6000);
  });
});
