import type { FastifyInstance } from 'fastify';
import pino from 'pino';

import { addGraphQLRoute, type GraphQLRouteOptions } from '../../src/http/graphqlRoute';
import { createRequestIds } from '../../src/http/requestIds';
import { createHttpServer } from '../../src/http/server';
import { loggerOptions } from '../../src/logger';

function broken(): never {
  throw new Error('broken inside');
}
const viewer = { id: 'student-1', role: 'STUDENT' };
const identity = { viewer, require: () => viewer };
const document = { label: 'liveLocation', isQuery: true, execute: async () => ({ data: {} }) };

describe('The GraphQL route, when it fails itself', () => {
  let server: FastifyInstance;
  const log: string[] = [];
  const requests: unknown[] = [];
  afterEach(async () => {
    await server.close();
    log.length = requests.length = 0;
  });

  const ask = async (faulty: object): Promise<Response> => {
    const logger = pino(loggerOptions('info'), { write: (line) => void log.push(line) });
    server = createHttpServer({
      logger,
      corsOrigins: [],
      stopping: () => false,
      requestId: createRequestIds(),
      arrived: undefined,
    });
    addGraphQLRoute(server, {
      documents: { find: () => ({ document, variables: {} }) },
      authenticator: { identify: () => identity },
      journeys: null,
      shedder: null,
      limiter: null,
      logger,
      log: (...fields: unknown[]) => requests.push(fields),
      ...faulty,
    } as unknown as GraphQLRouteOptions);
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    log.length = 0;
    return fetch(`${url}/graphql`, {
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
    expect(body).not.toContain('broken');
    const requestId = response.headers.get('x-request-id');
    expect(requestId).toMatch(/.+/);
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { requestId, err: { message: 'broken inside' } },
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
