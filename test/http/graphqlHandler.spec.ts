import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';

import { GraphQLHandler, type GraphQLHandlerOptions } from '../../src/http/graphqlHandler';
import { createRequestIds } from '../../src/http/requestIds';
import { loggerOptions } from '../../src/logger';

function broken(): never {
  throw new Error('internal detail');
}
const viewer = { id: 'student-1', role: 'STUDENT' };
const identity = { viewer, require: () => viewer };
const document = { label: 'liveLocation', isQuery: true, execute: async () => ({ data: {} }) };

describe('The GraphQL handler after an internal error', () => {
  let server: Server;
  const log: string[] = [];
  const requests: unknown[] = [];
  afterEach(() => {
    server.close();
    log.length = requests.length = 0;
  });

  const ask = async (faulty: object): Promise<Response> => {
    const handler = new GraphQLHandler({
      documents: { find: () => ({ document, variables: {} }) },
      authenticator: { identify: () => identity },
      journeys: null,
      shedder: null,
      limiter: null,
      requestId: createRequestIds(),
      stopping: () => false,
      logger: pino(loggerOptions('info'), { write: (line) => void log.push(line) }),
      log: (...fields: unknown[]) => requests.push(fields),
      ...faulty,
    } as unknown as GraphQLHandlerOptions);
    server = createServer((request, response) => handler.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ liveLocation }' }),
    });
  };

  it.each<[string, object]>([
    ['before it has found the document', { documents: { find: broken } }],
    ['while it executes the document', { documents: { find: () => ({ document: { execute: broken } }) } }],
    [
      'after it has waited for the key of the token',
      { authenticator: { identify: async () => identity }, documents: { find: broken } },
    ],
    [
      'while Apollo Server executes the document',
      {
        documents: { find: () => undefined },
        apollo: { executeHTTPGraphQLRequest: async () => broken() },
      },
    ],
  ])('%s, responds with 500 and the request id that the log has', async (_, faulty) => {
    const response = await ask(faulty);
    expect(response.status).toBe(500);
    const body = await response.text();
    expect(JSON.parse(body).errors[0].extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', status: 500 });
    expect(body).not.toContain('internal detail');
    const requestId = response.headers.get('x-request-id');
    expect(requestId).toMatch(/.+/);
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { requestId, err: { message: 'internal detail' } },
    ]);
    expect(requests).toMatchObject([[{ code: 'INTERNAL_SERVER_ERROR' }, { requestId, status: 500 }]]);
  });

  it('after it has responded, leaves the response as it is', async () => {
    const response = await ask({ log: broken });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: {} });
    expect(JSON.parse(log[0]!)).toMatchObject({ requestId: response.headers.get('x-request-id') });
  });
});
