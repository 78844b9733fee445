import { once } from 'node:events';
import { SignJWT } from 'jose';

import { startRedis } from '../../demo/stores/redis';
import { createRedisClient } from '../../src/redis/client';
import { eventually } from '../faults/eventually';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { EventBridgeStandIn } from '../support/eventBridge';
import { freePort } from '../support/freePort';
import { build, Program, runProgram } from '../support/program';
import { Actor } from '../support/service';
import { aSession, bookSessions } from '../support/sessions';
import { Collector } from '../traces/collector';
import { everythingIn } from './everything';

const SECRET = 'a secret of the disclosure tests, long enough for HS256';
const HOME = { latitude: 48.8583701, longitude: 2.2944813 };
const FIX = { latitude: 48.8621234, longitude: 2.2947654, accuracy: 7 };
/** Beyond every range, so that it comes back in an error. */
const INVALID = { latitude: 91.7654321, longitude: 2.2947654 };

describe('A run with shares, guests, guardians, operators, an export and an erasure', () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let database: TestDatabase;
  let collector: Collector;
  let bus: EventBridgeStandIn;
  let server: Program;
  let url: string;
  let metricsPort: number;
  beforeAll(async () => {
    build();
    [redis, database, collector, bus, metricsPort] = await Promise.all([
      startRedis(),
      createTestDatabase(),
      Collector.start(),
      EventBridgeStandIn.start(),
      freePort(),
    ]);
    server = new Program('main.js', [], {
      ...bus.environment,
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: SECRET,
      EVENTS: 'eventbridge',
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: String(metricsPort),
      LOG_LEVEL: 'trace',
      UPDATE_INTERVAL_MS: '1',
      SHARE_GUESSES_PER_MINUTE: '3',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      OTEL_TRACES_SAMPLER: 'always_on',
    });
    url = await server.printed(/"url":"(http:[^"]+)"/);
  }, 60_000);
  afterAll(async () => {
    server.kill('SIGKILL');
    await collector.stop();
    await bus.stop();
    await redis.stop();
    await database.drop();
  });

  async function actor(id: string, role: string, claims: object = {}): Promise<Actor> {
    const token = new SignJWT({ role, ...claims }).setProtectedHeader({ alg: 'HS256' }).setSubject(id);
    return new Actor(
      () => url,
      id,
      await token.setExpirationTime('1h').sign(new TextEncoder().encode(SECRET)),
    );
  }
  const guest = (token: string): Actor => new Actor(() => url, 'guest', token);

  it('discloses no token, secret, coordinate or user in logs, metrics, traces and events', async () => {
    const [trainer, student] = [
      await actor('trainer-Mustermann', 'trainer'),
      await actor('student-Erika', 'student'),
    ];
    const guardian = await actor('guardian-Otto', 'student', { students: [student.id] });
    const operator = await actor('operator-Lieschen', 'operator');
    const scheduledAt = Date.now() + 600_000;
    const fields = { trainerId: trainer.id, studentId: student.id, scheduledAt, home: HOME };
    await bookSessions(database.url, ...['s1', 's2'].map((id) => aSession({ id, ...fields })));

    const shares = [await student.share('s1'), await guardian.share('s1'), await operator.share('s1')];
    const tokens = shares.map(({ data }) => data.shareJourney.token as string);
    const guessed = `share.s1.${Buffer.alloc(16, 7).toString('base64url')}`;
    await trainer.start('s1');
    await trainer.update('s1', FIX);
    await trainer.update('s1', INVALID);
    for (const token of tokens) expect((await guest(token).poll('s1')).status).toBe(200);
    await student.revoke('s1', shares[0]!.data.shareJourney.share.id);
    expect((await guest(tokens[0]!).poll('s1')).code).toBe('UNAUTHENTICATED');
    const codes: (string | undefined)[] = [];
    for (let n = 0; n < 3; n += 1) codes.push((await guest(guessed).poll('s1')).code);
    expect(codes).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'RATE_LIMITED']);
    await guest(tokens[0]!).poll('s2');
    await guardian.poll('s1');
    await operator.ask('{ journeys { edges { node { id studentId session { home { latitude } } } } } }');
    await operator.ask(
      '{ sessions(filter: { studentId: "student-Erika" }) { edges { node { shares { id } } } } }',
    );
    // Also in the address, and where a value does not fit.
    const query = encodeURIComponent(`{ liveLocation(sessionId: "${guessed}") { state } }`);
    await fetch(`${url}/graphql?query=${query}`, {
      headers: { authorization: `Bearer ${student.token}`, 'apollo-require-preflight': '1' },
    });
    await student.ask('query ($n: Int) { sessions(first: $n) { edges { cursor } } }', { n: tokens[1] });
    await operator.ask('mutation { cancelJourney(sessionId: "s1") { id } }');
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();

    const client = createRedisClient({ url: redis.url, timeoutMs: 2000, name: 'test' });
    await once(client, 'ready');
    await eventually('the end was delivered', () =>
      bus.deliveries.some(({ type }) => type.endsWith('Ended')),
    );
    await eventually('the reads are in the access log', async () =>
      (await everythingIn(client, '*', database.url)).includes(operator.id),
    );
    const stored = await everythingIn(client, '*', database.url);
    const env = { REDIS_URL: redis.url, DATABASE_URL: database.url };
    const exported = await runProgram('src/bin/privacy.ts', ['export', '--user', student.id], env);
    const erased = await runProgram('src/bin/privacy.ts', ['erase', '--user', student.id], env);
    expect([exported.code, erased.code]).toEqual([0, 0]);
    client.disconnect();
    server.kill('SIGTERM');
    expect((await server.result()).code).toBe(0);
    expect(collector.spans.length).toBeGreaterThan(20);
    expect(metrics).toContain('journey_share_refusals_total');

    const jwts = [trainer, student, guardian, operator].map(({ token }) => token!);
    const secretOf = (token: string): string => token.split('.')[2]!;
    const secrets = [...tokens, guessed].map(secretOf);
    const coordinates = [HOME, FIX, INVALID].flatMap(({ latitude, longitude }) => [latitude, longitude]);
    const places = coordinates.map(String);
    const users = [trainer, student, guardian, operator].map(({ id }) => id);
    const events = JSON.stringify(bus.deliveries);
    const spans = collector.received.join('');
    const found = (text: string, words: readonly string[]): string[] =>
      words.filter((word) => text.includes(word));
    expect({
      log: found(server.output, [SECRET, ...jwts, ...secrets, ...places, ...users]),
      metrics: found(metrics, [SECRET, ...jwts, ...secrets, ...places, ...users]),
      traces: found(spans, [SECRET, ...jwts, ...secrets, ...places, ...users]),
      // The participants are part of an event.
      events: found(events, [SECRET, ...jwts, ...secrets, ...places, guardian.id, operator.id]),
      // That no session has the id that a user sent is cached, whatever the id is.
      stores: found(stored, [SECRET, ...jwts, ...tokens.map(secretOf)]),
      export: found(exported.stdout, [SECRET, ...jwts, ...secrets, operator.id, guardian.id]),
      erasure: found(erased.stdout + erased.stderr, [SECRET, ...jwts, ...secrets, ...places, ...users]),
    }).toEqual({ log: [], metrics: [], traces: [], events: [], stores: [], export: [], erasure: [] });
  }, 60_000);
});
