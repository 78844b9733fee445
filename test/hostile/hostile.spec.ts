import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { buildSchema } from 'graphql';

import { startRedis } from '../../demo/stores/redis';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { build, Program } from '../support/program';
import { aSession, bookSessions } from '../support/sessions';
import { bombs, documentsOf, heavy, hostileText, mutated } from './documents';
import { invalidTokens, validToken } from './tokens';
import { Wire, type WireAnswer, type WireRequest } from './wire';

/** The seed of all random inputs; another one finds other faults. */
const SEED = Number(process.env['HOSTILE_SEED'] ?? 20_261_123);
const KEYS = {
  secret: 'a secret of the hostile test, long enough',
  issuer: 'https://issuer.example',
  audience: 'journeys',
};
/** A location that must appear only in answers to viewers who may see it. */
const PLACE = { latitude: 48.8583701, longitude: 2.2944813 };
/** What an answer to an invalid or refused request must not contain: a stack, a path of the server, a driver's message. */
const INTERNALS =
  /\n\s+at |node_modules|\/(src|dist)\/|\.(js|ts|lua):\d|ReplyError|EVALSHA|prisma|ECONNREFUSED|FST_ERR/i;

const schema = buildSchema(readFileSync(join(__dirname, '../../schema.graphql'), 'utf8'));

describe('Hostile input', () => {
  let database: TestDatabase;
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let server: Program;
  let wire: Wire;
  const tokens = { trainer: '', student: '', operator: '', guardian: '', guest: '' };

  beforeAll(async () => {
    build();
    [database, redis] = await Promise.all([createTestDatabase(), startRedis()]);
    const session = { trainerId: 'trainer-1', studentId: 'student-1', scheduledAt: Date.now(), home: PLACE };
    await bookSessions(database.url, ...['s', 's2'].map((id) => aSession({ id, ...session })));
    server = new Program('main.js', [], {
      NODE_OPTIONS: `--require ${join(__dirname, 'collectGarbage.cjs')}`,
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      AUTH_JWT_SECRET: KEYS.secret,
      AUTH_ISSUER: KEYS.issuer,
      AUTH_AUDIENCE: KEYS.audience,
      HOST: '127.0.0.1',
      PORT: '0',
      METRICS_PORT: 'off',
      UPDATE_INTERVAL_MS: '1',
      REQUESTS_PER_MINUTE: 'off',
      MAX_EVENT_LOOP_DELAY_MS: 'off',
      LOG_LEVEL: 'debug',
    });
    wire = new Wire(Number(new URL(await server.printed(/"url":"(http:[^"]+)"/)).port));
    for (const role of ['trainer', 'student', 'operator'] as const) {
      tokens[role] = await validToken(KEYS, `${role}-1`, role);
    }
    tokens.guardian = await validToken(KEYS, 'guardian-1', 'student', { students: ['student-1'] });
    await wire.send(json({ query: 'mutation { startJourney(sessionId: "s") { id } }' }, tokens.trainer));
    const share = 'mutation { shareJourney(sessionId: "s") { token } }';
    const shared = await wire.send(json({ query: share }, tokens.student));
    tokens.guest = JSON.parse(shared.body).data.shareJourney.token;
  }, 60_000);
  afterAll(async () => {
    wire?.close();
    server?.kill('SIGKILL');
    await redis?.stop();
    await database?.drop();
  });

  const bearer = (token: string | null) => (token === null ? {} : { authorization: `Bearer ${token}` });
  const accept = 'application/graphql-response+json';
  const json = (body: unknown, token: string | null = null): WireRequest => ({
    headers: { 'content-type': 'application/json', accept, ...bearer(token) },
    body: JSON.stringify(body),
  });

  /** Sends the requests, eight at a time, and checks every answer by `expectSafe`. */
  async function sendAll(requests: readonly WireRequest[]): Promise<WireAnswer[]> {
    const answers: WireAnswer[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let at = next++; at < requests.length; at = next++) {
        const request = requests[at]!;
        const answer = await wire.send(request).catch((error: unknown) => {
          throw new Error(`No answer to ${describeRequest(request)}`, { cause: error });
        });
        expectSafe(answer, request);
        answers[at] = answer;
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    return answers;
  }

  function expectSafe({ status, text, body }: WireAnswer, request: WireRequest): void {
    const about = describeRequest(request);
    if (status >= 500 && status !== 503) throw new Error(`${status} to ${about}:\n${text}`);
    if (text.includes('INTERNAL_SERVER_ERROR')) throw new Error(`An internal error at ${about}:\n${text}`);
    if (INTERNALS.test(text)) throw new Error(`Internals in the answer to ${about}:\n${text}`);
    for (const token of Object.values(tokens)) {
      if (text.includes(token)) throw new Error(`A token in the answer to ${about}`);
    }
    // Errors must not echo a coordinate. The data of an accepted request may contain it.
    const errors = body.startsWith('{') ? ((JSON.parse(body) as { errors?: unknown }).errors ?? null) : body;
    const refusal = JSON.stringify(errors);
    for (const number of Object.values(PLACE)) {
      if (refusal.includes(String(number)))
        throw new Error(`A coordinate in the errors of ${about}:\n${text}`);
    }
  }

  const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns: number, offset = 0): T[] =>
    fc.sample(arbitrary, { seed: SEED + offset, numRuns });
  const anyToken = (index: number): string | null => [...Object.values(tokens), null][index % 6]!;

  const ids = ['s', 's', 's2', 'absent', 'session-1'];
  const documents = documentsOf(schema, ids);

  it('in documents that follow the schema', async () => {
    const requests = sample(documents, 1500).map((query, index) => json({ query }, anyToken(index)));
    const answers = await sendAll(requests);
    // The test would prove nothing if the server rejected every document in validation.
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(100);
    expect(new Set(answers.map(({ status }) => status)).size).toBeGreaterThan(3);
  }, 60_000);

  it('in documents with random edits', async () => {
    await sendAll(sample(mutated(documents), 800).map((query, index) => json({ query }, anyToken(index))));
  }, 60_000);

  it('in documents whose cost is far out of proportion to their length, each answered soon', async () => {
    for (const query of bombs) {
      const startedAt = performance.now();
      const [answer] = await sendAll([json({ query }, tokens.operator)]);
      expect({ query: query.slice(0, 60), status: answer!.status }).toMatchObject({ status: 400 });
      expect({ query: query.slice(0, 60), slow: performance.now() - startedAt > 1500 }).toMatchObject({
        slow: false,
      });
    }
  }, 60_000);

  it('in documents that are just within the limits', async () => {
    for (const query of heavy)
      expect((await sendAll([json({ query }, tokens.operator)]))[0]!.status).toBe(200);
  });

  it('in variables', async () => {
    const query = `mutation ($id: ID!, $one: LocationInput!, $many: [LocationInput!]!, $at: DateTime, $r: ID) {
      startJourney(sessionId: $id, clientRequestId: $r) { id }
      updateLocation(sessionId: $id, location: $one) { status }
      updateLocations(sessionId: $id, locations: $many, sentAt: $at) { results { status rejection } }
      markArrived(sessionId: $id, location: $one) { id }
    }`;
    const number = fc.oneof(
      fc.constantFrom(PLACE.latitude, PLACE.longitude, 0, -0, 91, 1e308, -1e308, 1e-320),
      fc.double(),
    );
    const text = hostileText;
    const wild = fc.oneof(number, text, fc.constantFrom(null, true, [], {}, [[]]), fc.jsonValue());
    const time = fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      text,
      fc.integer(),
    );
    const location = fc.record(
      {
        latitude: fc.oneof({ weight: 5, arbitrary: number }, { weight: 1, arbitrary: wild }),
        longitude: fc.oneof({ weight: 5, arbitrary: number }, { weight: 1, arbitrary: wild }),
        accuracy: wild,
        heading: wild,
        speed: wild,
        capturedAt: time,
        __proto__: wild,
        constructor: wild,
      },
      { requiredKeys: ['latitude', 'longitude'] },
    );
    const variables = fc.record(
      {
        id: fc.oneof(fc.constantFrom(...ids), wild),
        one: location,
        many: fc.array(location, { maxLength: 4 }),
        at: time,
        r: wild,
      },
      { requiredKeys: ['id', 'one', 'many'] },
    );
    await sendAll(
      sample(variables, 700, 1).map((given, index) => json({ query, variables: given }, anyToken(index))),
    );
    // Each value is sent in a request of its own, so that its answer can echo only that value.
    const single =
      'mutation ($one: LocationInput!) { updateLocation(sessionId: "s", location: $one) { status } }';
    await sendAll(
      sample(location, 400, 2).map((one) => json({ query: single, variables: { one } }, tokens.trainer)),
    );
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      await sendAll([
        {
          ...json({}, tokens.trainer),
          body: `{"query":"{viewer{id}}","${key}":{"polluted":true},"variables":{"${key}":{"polluted":true}}}`,
        },
      ]);
    }
  }, 60_000);

  it('in cursors, filters, and the variables of every other read and act', async () => {
    const reads = `query ($id: ID!, $ids: [ID!]!, $size: Int, $cursor: String, $filter: SessionFilter) {
      session(id: $id) { journeys(first: $size) { id } shares { id } }
      liveLocations(sessionIds: $ids) { trail(afterVersion: $size) { version } }
      forward: sessions(first: $size, after: $cursor, filter: $filter) { edges { node { id } } pageInfo { endCursor } }
      backward: sessions(last: $size, before: $cursor, filter: $filter) { edges { node { id } } }
      journeys(first: $size, after: $cursor) { edges { node { id } } }
      noShows(first: $size, after: $cursor) { edges { node { id } } }
      activeJourneys(trainerId: $id) { id }
    }`;
    const acts = `mutation ($id: ID!, $size: Int, $other: ID!, $problem: TrackingProblem) {
      shareJourney(sessionId: $id, expiresInSeconds: $size) { share { id } }
      revokeShare(sessionId: $id, shareId: $other)
      takeOverJourney(sessionId: $id, deviceId: $other) { id }
      reportTrackingProblem(sessionId: $id, problem: $problem, deviceId: $other) { id }
      refreshSession(sessionId: $id) { id }
      cancelJourney(sessionId: $id) { id }
    }`;
    const mostly = <T>(usual: fc.Arbitrary<T>) =>
      fc.oneof(
        { weight: 6, arbitrary: usual },
        { weight: 1, arbitrary: hostileText },
        { weight: 1, arbitrary: fc.jsonValue() },
      );
    const id = mostly(fc.constantFrom(...ids));
    const moment = mostly(fc.date({ noInvalidDate: true }).map((date) => date.toISOString()));
    const place = fc.oneof(fc.integer().map(String), fc.bigInt().map(String), hostileText);
    const cursor = fc.oneof(
      hostileText,
      fc
        .tuple(place, fc.constantFrom(' ', '', '  ', ':'), fc.oneof(fc.constantFrom(...ids), hostileText))
        .map((parts) => Buffer.from(parts.join('')).toString('base64url')),
    );
    const filter = fc.record(
      {
        scheduledFrom: moment,
        scheduledTo: moment,
        statuses: mostly(fc.array(fc.constantFrom('SCHEDULED', 'CONFIRMED', 'CANCELLED'), { maxLength: 9 })),
        trainerId: id,
        studentId: id,
      },
      { requiredKeys: [] },
    );
    const variables = fc.record({
      id,
      ids: mostly(fc.array(id, { maxLength: 60 })),
      size: mostly(fc.integer({ min: -2, max: 110 })),
      cursor,
      filter: mostly(filter),
      other: id,
      problem: mostly(fc.constantFrom('NO_POSITION', 'SIGNED_OUT', null)),
    });
    for (const [at, query] of [reads, acts].entries()) {
      await sendAll(
        sample(variables, 300, 3 + at).map((given, index) =>
          json({ query, variables: given }, anyToken(index)),
        ),
      );
    }
  }, 60_000);

  it('in bodies and media types', async () => {
    const good = JSON.stringify({ query: '{ viewer { id } }' });
    const types = [
      'application/json',
      'application/json; charset=utf-16',
      'application/json; charset=nonsense',
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
      'application/xml',
      '*/*',
      ';;;',
      'application/json, text/plain',
    ];
    const bodies: (string | Buffer)[] = [
      '',
      ' ',
      'null',
      '0',
      '"query"',
      '[]',
      `[${good},${good}]`,
      '{',
      good.slice(0, -1),
      `${good}${good}`,
      `\ufeff${good}`,
      '{"query":null}',
      '{"query":{}}',
      '{"query":["{ viewer { id } }"]}',
      '{"query":"{ viewer { id } }","variables":[]}',
      '{"query":"{ viewer { id } }","variables":"{}"}',
      '{"query":"{ viewer { id } }","variables":7}',
      '{"query":"{ viewer { id } }","operationName":"__proto__"}',
      '{"query":"{ viewer { id } }","operationName":{}}',
      '{"query":"{ viewer { id } }","extensions":{"persistedQuery":{"version":1,"sha256Hash":"__proto__"}}}',
      '{"query":"{ viewer { id } }","extensions":{"persistedQuery":{"version":"1","sha256Hash":{}}}}',
      '{"query":"{ viewer { id } }","extensions":null}',
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"toString"}}}',
      '{"extensions":{"persistedQuery":7}}',
      '{"query":"\\ud800"}',
      '{"query":"{ liveLocation(sessionId: \\"\\ud800\\") { state } }"}',
      '{"query":"\\u0000"}',
      `${'['.repeat(50_000)}`,
      `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
      `{"query":"{ viewer { id } }","variables":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
      Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]),
      Buffer.from(good, 'utf16le'),
    ];
    const requests = types.flatMap((type) =>
      bodies.map((body) => ({ headers: { 'content-type': type, accept, ...bearer(tokens.student) }, body })),
    );
    const wild = sample(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), 300).map((body) => ({
      ...json({}, tokens.student),
      body,
    }));
    const answers = await sendAll([...requests, ...wild]);
    expect(answers[bodies.indexOf(`[${good},${good}]`)]!.status).toBe(400);
    const encoded = ['gzip', 'br', 'deflate', 'identity', 'x'].map((encoding) => ({
      headers: { 'content-type': 'application/json', 'content-encoding': encoding },
      body: good,
    }));
    await sendAll(encoded);
  }, 60_000);

  it('in URLs and methods', async () => {
    const query = encodeURIComponent('{ viewer { id } }');
    const mutation = encodeURIComponent('mutation { stopJourney(sessionId: "s2") { id } }');
    const paths = [
      '/graphql',
      '/graphql?',
      `/graphql?query=${query}`,
      `/graphql?query=${query}&query=${query}`,
      `/graphql?query=${query}&variables=[]`,
      `/graphql?query=${query}&variables={`,
      `/graphql?query=${query}&variables=null`,
      `/graphql?query=${query}&extensions=%7B%22persistedQuery%22%3A7%7D`,
      `/graphql?query=${query}&operationName=__proto__`,
      `/graphql?query=${mutation}`,
      '/graphql?query=%',
      '/graphql?query=%ff%fe',
      '/graphql?query=%00',
      '/graphql?query[]=1&query[__proto__]=2',
      '/graphql?__proto__=1&constructor.prototype=2',
      `/graphql?variables=${'%5B'.repeat(1000)}`,
      '/graphql/',
      '//graphql',
      '/graphql;a=b',
      '/GRAPHQL',
      '/graphql%00',
      '/%',
      '/%ff',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/map/..%2f..%2f..%2fetc/passwd',
      '/map/%2e%2e/%2e%2e/package.json',
      '/.env',
      '/metrics',
      '/health/ready?x=%00',
      '/health/../graphql',
      '/',
      '/?query=1',
      '*',
      'http://elsewhere.example/graphql',
    ];
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'];
    const requests = paths.flatMap((path) =>
      methods.flatMap((method) => [
        { method, path, headers: { accept, ...bearer(tokens.trainer) } },
        { method, path, headers: { accept, 'apollo-require-preflight': '1', ...bearer(tokens.trainer) } },
      ]),
    );
    const answers = await sendAll(requests);
    for (const [index, { path, headers, method }] of requests.entries()) {
      // Any page could contain a link to a mutation by GET.
      if (path.endsWith(mutation) && method === 'GET')
        expect(answers[index]!.status).toBeGreaterThanOrEqual(400);
      if (path.includes('etc') || path.includes('package.json'))
        expect(answers[index]!.body).not.toMatch(/root:|"name"/);
      // A page of another origin can make a browser send this request.
      if (
        path === `/graphql?query=${query}` &&
        method === 'GET' &&
        !('apollo-require-preflight' in headers)
      ) {
        expect(answers[index]!.status).toBe(400);
      }
    }
  }, 60_000);

  it('in headers', async () => {
    const body = JSON.stringify({ query: '{ liveLocation(sessionId: "s") { state } }' });
    const headers: Record<string, string | string[]>[] = [
      { host: 'elsewhere.example' },
      { host: '' },
      { host: '"><script>' },
      {
        'x-forwarded-for': '127.0.0.1, ::1',
        'x-forwarded-host': 'elsewhere.example',
        forwarded: 'for="[::1]"',
      },
      { 'x-http-method-override': 'DELETE', 'x-original-url': '/metrics' },
      { 'x-request-id': '<script>alert(1)</script>' },
      { 'x-request-id': 'a'.repeat(5000) },
      { 'x-request-id': ['a', 'b'] },
      { accept: '*/*;q=0' },
      { accept: 'text/html' },
      { accept: 'application/graphql-response+json;q=nonsense' },
      { accept: 'a'.repeat(8000) },
      { accept: 'multipart/mixed; deferSpec=20220824' },
      { 'accept-encoding': 'gzip;q=\u00ff' },
      { cookie: `a=${'b'.repeat(6000)}` },
      { expect: '100-continue' },
      { origin: 'null' },
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer ' },
      { authorization: `Basic ${tokens.operator}` },
      { authorization: `bearer  ${tokens.operator} x` },
      { authorization: `Bearer ${'a.'.repeat(3000)}` },
      { authorization: `Bearer ${'\u00e9'.repeat(100)}` },
      { authorization: `Bearer ${'.'.repeat(8000)}` },
      Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`x-${n}`, '1'])),
    ];
    await sendAll(
      headers.map((given) => ({ headers: { 'content-type': 'application/json', accept, ...given }, body })),
    );
    const raws = [
      'GET /graphql HTTP/1.1\r\n\r\n',
      'GET /graphql HTTP/9.9\r\nhost: x\r\n\r\n',
      'GET /graphql HTTP/1.0\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nhost: x\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab',
      'GET /graphql HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
      'GET /graphql HTTP/1.1\r\nhost: x\r\nx: \u0000\r\n\r\n',
      'CONNECT elsewhere.example:443 HTTP/1.1\r\nhost: x\r\n\r\n',
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc',
      'nonsense\r\n\r\n',
      `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nhost: x\r\n\r\n`,
    ];
    for (const raw of raws) {
      const answer = await wire.raw(Buffer.from(raw, 'latin1'));
      if (!/^$|^HTTP\/1\.[01] ([234]\d\d|503|505) /.test(answer) || INTERNALS.test(answer)) {
        throw new Error(`${JSON.stringify(raw.slice(0, 80))} was answered\n${answer}`);
      }
    }
  }, 60_000);

  it('in tokens, of which none is accepted', async () => {
    const query = '{ viewer { id role } }';
    for (const [what, token] of await invalidTokens(KEYS)) {
      const [answer] = await sendAll([json({ query }, token)]);
      expect({ what, status: answer!.status }).toEqual({ what, status: 401 });
      expect(answer!.text).not.toContain(token);
    }
    expect((await sendAll([json({ query }, tokens.operator)]))[0]!.status).toBe(200);
  }, 60_000);

  it('does not make the heap grow', async () => {
    const requests = [
      ...sample(documents, 250, 7).map((query, index) => json({ query }, anyToken(index))),
      ...sample(mutated(documents), 150, 8).map((query, index) => json({ query }, anyToken(index))),
      ...bombs.map((query) => json({ query }, tokens.operator)),
      ...[...(await invalidTokens(KEYS)).values()].map((token) =>
        json({ query: '{ viewer { id } }' }, token),
      ),
    ];
    const heaps: number[] = [];
    for (let round = 1; round <= 8; round += 1) {
      await sendAll(requests);
      await sleep(50);
      server.kill('SIGUSR2');
      heaps.push(Number(await server.printed(new RegExp(`heap ${round}: (\\d+)`))));
    }
    // The first rounds fill the caches (parsed and compiled documents, tokens), each of which has a size limit.
    const [before, after] = [heaps[4]!, Math.min(heaps[6]!, heaps[7]!)];
    expect(after - before).toBeLessThan(3e6);
  }, 120_000);

  it('leaves a server that still works, and a log without secrets, coordinates or errors', async () => {
    const poll = json({ query: '{ liveLocation(sessionId: "s") { sessionId state } }' }, tokens.student);
    const { status, body } = await wire.send(poll);
    expect({ status, body: JSON.parse(body) }).toMatchObject({
      status: 200,
      body: { data: { liveLocation: { sessionId: 's' } } },
    });
    const { output } = server;
    expect(output.split('\n').filter((line) => /"level":[56]0/.test(line))).toEqual([]);
    for (const secret of [KEYS.secret, ...Object.values(tokens), ...Object.values(PLACE).map(String)]) {
      expect(output.includes(secret)).toBe(false);
    }
    expect(/viewer \{ id \}|alert\(1\)|etc\/passwd/.exec(output)).toBeNull();
  });
});

const describeRequest = ({ method = 'POST', path = '/graphql', headers, body }: WireRequest): string =>
  `${method} ${path.slice(0, 200)} ${JSON.stringify(headers).slice(0, 400)}\n${String(body ?? '').slice(0, 1500)}`;
