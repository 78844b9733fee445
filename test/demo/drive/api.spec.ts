import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema, parse, validate } from 'graphql';
import { createTrainerApi } from '../../../demo/drive/api';
import type { Fix } from '../../../demo/drive/gps';

/** The part of the public contract that a trainer's phone uses. */
const contract = buildSchema(`
  scalar DateTime
  type Query { ping: Int }
  type Journey { id: ID! }
  type LocationUpdate { nextUpdateMs: Int! distanceMeters: Int! canMarkArrived: Boolean! }
  type LocationBatchUpdate { nextUpdateMs: Int! canMarkArrived: Boolean! }
  input LocationInput {
    latitude: Float! longitude: Float! accuracy: Float heading: Float speed: Float capturedAt: DateTime
  }
  type Mutation {
    startJourney(sessionId: ID!, clientRequestId: ID): Journey!
    updateLocation(sessionId: ID!, location: LocationInput!): LocationUpdate!
    updateLocations(sessionId: ID!, locations: [LocationInput!]!, sentAt: DateTime): LocationBatchUpdate!
    markArrived(sessionId: ID!, location: LocationInput): Journey!
    stopJourney(sessionId: ID!): Journey!
  }
`);

const fix: Fix = {
  latitude: 41.9,
  longitude: -87.6,
  accuracy: 6,
  heading: null,
  speed: 0,
  capturedAt: new Date('2026-01-05T08:00:00.123Z'),
};

interface Request {
  headers: IncomingMessage['headers'];
  body: { query: string; variables: Record<string, unknown> };
}

let respond: () => { status: number; body: string } | undefined;
const requests: Request[] = [];
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (part: string) => (text += part));
  request.on('end', () => {
    requests.push({ headers: request.headers, body: JSON.parse(text) as Request['body'] });
    const answer = respond();
    if (answer) response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
beforeEach(() => {
  requests.length = 0;
  respond = () => ({
    status: 200,
    body: '{"data":{"answer":{"nextUpdateMs":5000,"canMarkArrived":true,"distanceMeters":12}}}',
  });
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const open = (deadlineMs?: number) =>
  createTrainerApi({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    token: () => 'secret-token',
    deadlineMs,
  });

describe("the trainer's phone on HTTP", () => {
  it('asks only for what the contract offers', async () => {
    const api = open();
    await api.startJourney('s', 'r');
    await api.updateLocation('s', fix);
    await api.updateLocations('s', [fix], new Date());
    await api.markArrived('s');
    await api.stopJourney('s');
    expect(requests.map(({ body }) => validate(contract, parse(body.query)))).toEqual([[], [], [], [], []]);
  });

  it('sends its token and a fix as it was taken, and hands back the answer', async () => {
    const answer = await open().updateLocation('session-00001', fix);
    expect(answer).toEqual({ nextUpdateMs: 5000, canMarkArrived: true, distanceMeters: 12 });
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      accept: 'application/graphql-response+json',
    });
    expect(requests[0]?.body.variables).toEqual({
      sessionId: 'session-00001',
      location: { ...fix, capturedAt: '2026-01-05T08:00:00.123Z' },
    });
  });

  it("rejects with the service's code and the time to wait", async () => {
    respond = () => ({
      status: 429,
      body: '{"errors":[{"message":"Too often","extensions":{"code":"RATE_LIMITED","retryAfterMs":3200}}]}',
    });
    await expect(open().updateLocation('s', fix)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterMs: 3200,
    });
  });

  it.each([
    ['a balancer without a service behind it', () => ({ status: 502, body: '<html>Bad gateway</html>' })],
    ['an answer that is none', () => ({ status: 200, body: '{"data":null}' })],
    ['a JSON null', () => ({ status: 503, body: 'null' })],
    ['silence until the deadline', () => undefined],
  ])('takes %s for a broken network, and never names its token', async (_, answer) => {
    respond = answer;
    const refusal = await open(200)
      .markArrived('s')
      .then(undefined, (error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'NETWORK' });
    expect(String((refusal as Error).stack)).not.toContain('secret-token');
  });
});
