import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { TestService, type Actor, type Booking } from '../support/service';
import {
  agent,
  clients,
  hashOf,
  learnedText,
  OTHER_ORIGIN,
  parametersOf,
  send,
  trustedText,
  type Client,
  type WireResponse,
} from './clients';
import { active, cases, type Sender } from './operations';

const [apolloClient] = clients as [Client];
/** Fit each operation. */
const ANY_VARIABLES = {
  id: 'none',
  sessionId: 'none',
  sessionIds: ['none'],
  location: { latitude: 0, longitude: 0 },
  locations: [{ latitude: 0, longitude: 0 }],
};
const operations = [...new Set(cases.map(({ operation }) => operation))];

/** Whatever differs between two bookings in the same state. */
const withoutIds = (value: unknown, { id, trainer, student }: Booking): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replaceAll(id, 'SESSION')
      .replaceAll(trainer.id, 'TRAINER')
      .replaceAll(student.id, 'STUDENT')
      .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"TIME"')
      .replace(/"[\da-f]{8}-[\da-f-]{27}"/g, '"JOURNEY"')
      .replace(/"retryAfterMs":\d+/g, '"retryAfterMs":0')
      .replace(/try again in \d+ ms/g, 'try again')
      .replace(/"cursor":"[^"]*"|"endCursor":"[^"]*"/g, '"cursor":"C"'),
  );

/** What two responses to the same request have in common. */
const comparable = ({ status, headers, body }: WireResponse, booking: Booking) => {
  const { date: _date, 'x-request-id': _id, 'content-length': _length, ...others } = headers;
  return { status, headers: others, body: withoutIds(body, booking) };
};

describe('A document that the server knows', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({
      LOG_LEVEL: 'info',
      CORS_ORIGINS: OTHER_ORIGIN,
      REQUESTS_PER_MINUTE: 'off',
    });
    const { token } = await service.actor('staff', 'operator');
    for (const operation of operations) {
      const parameters = { query: learnedText(operation), variables: ANY_VARIABLES };
      while (pathOf(await send(service.address, apolloClient, parameters, token)) !== 'compiled')
        await sleep(20);
    }
  }, 60_000);
  afterAll(async () => {
    agent.destroy();
    await service.stop();
  });

  const senderOf = async (who: Sender, booking: Booking): Promise<Actor> => {
    switch (who) {
      case 'trainer':
        return booking.trainer;
      case 'student':
        return booking.student;
      case 'operator':
        return service.actor('staff', 'operator');
      case 'service':
        return service.actor('worker', 'service');
      case 'otherStudent':
        return service.actor('other-student', 'student');
      case 'badToken':
        return service.nobody('not.a.token');
      case 'anonymous':
        return service.nobody();
    }
  };

  /** The path that the log has for a response. */
  const pathOf = ({ headers }: WireResponse): string => {
    const requestId = headers['x-request-id'];
    const lines = service.log
      .map((line) => JSON.parse(line))
      .filter((line) => line.requestId === requestId && line.path);
    expect(lines).toHaveLength(1);
    return lines[0].path;
  };

  describe.each(clients.map((client) => [client.name, client] as const))('sent by %s', (_, client) => {
    it.each(cases.map((entry) => [entry.name, entry] as const))(
      'gets the same response to %s as a document that it has never seen',
      async (_name, { operation, who, variables, before, request, path }) => {
        const ask = async (isKnown: boolean) => {
          const booking = await service.book();
          await before?.(booking);
          const { token } = await senderOf(who, booking);
          // The token is in the cache, as a phone's is for all its requests but the first.
          await send(service.address, apolloClient, { query: '{ __typename }' }, token);
          const { known, unknown } = parametersOf(client, operation, {
            variables: variables?.(booking),
            ...request,
          });
          const response = await send(service.address, client, isKnown ? known : unknown, token);
          return { path: pathOf(response), response: comparable(response, booking) };
        };
        service.log.length = 0;
        const [known, unknown] = await Promise.all([ask(true), ask(false)]);
        expect(known.response).toEqual(unknown.response);
        expect(unknown.path).toBe('apollo');
        const isMutationByGet = client.method === 'GET' && trustedText(operation).startsWith('mutation');
        expect(known.path).toBe(path ?? (isMutationByGet ? 'apollo' : 'compiled'));
      },
    );
  });

  it('is executed by GET only if it is a query, and not without a header that proves a client of ours', async () => {
    const booking = await service.book();
    await active(booking);
    const byHash = (operation: string) => ({
      extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(trustedText(operation)) } },
      variables: { sessionId: booking.id },
    });
    const get = {
      method: 'GET',
      headers: { accept: 'application/json', 'apollo-require-preflight': '1' },
    } as const;
    const ask = (client: Pick<Client, 'headers' | 'method'>, operation: string) =>
      send(service.address, client, byHash(operation), booking.trainer.token);
    expect((await ask(get, 'LiveLocation')).status).toBe(200);
    const mutation = await ask(get, 'StopJourney');
    expect(mutation).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect((await booking.student.poll(booking.id)).data.liveLocation.state).toBe('EN_ROUTE');
    expect((await ask({ ...get, headers: {} }, 'LiveLocation')).status).toBe(400);
    const plainText = { 'content-type': 'text/plain', 'apollo-require-preflight': '1' };
    expect((await ask({ ...get, headers: plainText }, 'LiveLocation')).status).toBe(415);
  });

  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'data'])(
    'gets the same response once it is learned, though a field is called %s',
    async (name) => {
      const booking = await service.book();
      await active(booking);
      const query = `query Odd($id: ID!) { a: session(id: $id) { ${name}: home { latitude } id } a: session(id: $id) { status ...F } ...Q }
        fragment F on Session { lastJourney { ${name}: startedAt endedAt } liveLocation { location { heading } version } }
        fragment Q on Query { ... { ${name}: sessions(first: 2) { edges { node { id __typename } } pageInfo { hasNextPage } } } }`;
      const bodies: string[] = [];
      for (let times = 0; times < 5; times += 1) {
        const { status, data } = await booking.student.ask(query, { id: booking.id });
        expect(status).toBe(200);
        bodies.push(JSON.stringify(data));
        await sleep(100);
      }
      expect(new Set(bodies).size).toBe(1);
    },
  );

  it('is asked for by its text if only its hash is sent and it is unknown', async () => {
    const { student } = await service.book();
    const parameters = { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } } };
    const { status, body } = await send(service.address, apolloClient, parameters, student.token);
    expect(status).toBe(404);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
  });

  it('is found by its hash after one request with its text, and is compiled for HTTP/1.0 as well', async () => {
    const booking = await service.book();
    await active(booking);
    const query = 'query Mine($id: ID!) { mine: liveLocation(sessionId: $id) { version distanceMeters } }';
    const byHash = {
      extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(query) } },
      variables: { id: booking.id },
    };
    const ask = (parameters: object) =>
      send(service.address, apolloClient, parameters, booking.student.token);
    expect(await ask(byHash)).toMatchObject({ status: 404 });
    const first = await ask({ query, ...byHash });
    expect(first.body).toEqual({ data: { mine: { version: 2, distanceMeters: 900 } } });
    expect(pathOf(first)).toBe('apollo');
    let later = await ask(byHash);
    for (let times = 0; pathOf(later) !== 'compiled' && times < 100; times += 1) {
      await sleep(50);
      later = await ask(byHash);
    }
    expect(later.body).toEqual(first.body);
    expect(pathOf(later)).toBe('compiled');

    const { hostname, port } = new URL(service.address);
    const socket = connect(Number(port), hostname);
    const body = JSON.stringify(byHash);
    socket.write(
      `POST /graphql HTTP/1.0\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nauthorization: Bearer ${booking.student.token}\r\n\r\n${body}`,
    );
    const text = (await socket.toArray()).join('');
    expect(text).toMatch(/^HTTP\/1\.1 200 /);
    expect(text).toContain('"version":2');
    const [, requestId] = /x-request-id: (\S+)/.exec(text)!;
    expect(service.log.map((line) => JSON.parse(line))).toContainEqual(
      expect.objectContaining({ requestId, path: 'compiled' }),
    );
  });
});

describe('A service that executes trusted documents only', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await TestService.start({ TRUSTED_DOCUMENTS_ONLY: 'true' });
  });
  afterAll(() => service.stop());

  it('refuses any other document', async () => {
    const { id, student } = await service.book();
    expect(await student.poll(id)).toMatchObject({ status: 400, code: 'DOCUMENT_NOT_TRUSTED' });
    const known = await student.ask(trustedText('LiveLocation'), { sessionId: id });
    expect(known.data.liveLocation.state).toBe('NOT_STARTED');
  });
});
