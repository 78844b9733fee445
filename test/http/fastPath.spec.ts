import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';

import { FastPath, type FastPathOptions } from '../../src/http/fastPath';
import { createRequestIds } from '../../src/http/requestIds';
import { loggerOptions } from '../../src/logger';

const broken = () => {
  throw new Error('broken inside');
};
const document = { label: 'liveLocation', isQuery: true, execute: async () => ({ data: {} }) };

describe('The short way, when it fails itself', () => {
  let server: Server;
  const log: string[] = [];
  const told: unknown[] = [];
  afterEach(() => {
    server.close();
    log.length = told.length = 0;
  });

  const ask = async (faulty: object): Promise<Response> => {
    const lane = new FastPath({
      documents: { find: () => document, textOf: () => undefined },
      authenticator: { known: () => ({ id: 'student-1', role: 'STUDENT' }) },
      journeys: null,
      shedder: null,
      requestRate: null,
      takesOrigins: false,
      requestId: createRequestIds(),
      stopping: () => false,
      logger: pino(loggerOptions('info'), { write: (line) => void log.push(line) }),
      report: (...facts: unknown[]) => told.push(facts),
      ...faulty,
    } as unknown as FastPathOptions);
    server = createServer(lane.inFrontOf((_request, response) => response.writeHead(404).end()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ query: '{ liveLocation }' }),
    });
  };

  it.each([
    ['before it knows the document', { documents: { find: broken } }],
    ['in executing it', { documents: { find: () => ({ ...document, execute: broken }) } }],
  ])('%s, says so with the request id that the log has', async (_, faulty) => {
    const answer = await ask(faulty);
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(JSON.parse(body).errors[0].extensions).toEqual({ code: 'INTERNAL_SERVER_ERROR', status: 500 });
    expect(body).not.toContain('broken');
    const requestId = answer.headers.get('x-request-id');
    expect(requestId).toMatch(/.+/);
    expect(log.map((line) => JSON.parse(line))).toMatchObject([
      { requestId, err: { message: 'broken inside' } },
    ]);
    expect(told).toMatchObject([[{ code: 'INTERNAL_SERVER_ERROR' }, { requestId, status: 500 }]]);
  });

  it('after it has answered, leaves the answer as it is', async () => {
    const answer = await ask({ report: broken });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ data: {} });
    expect(JSON.parse(log[0]!)).toMatchObject({ requestId: answer.headers.get('x-request-id') });
  });
});
