import { once } from 'node:events';
import { connect } from 'node:net';

import { TestService } from '../support/service';

describe('The HTTP server', () => {
  let service: TestService;
  afterEach(() => service.stop());

  const preflight = (origin: string) =>
    fetch(`${service.address}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization',
      },
    });
  const corsHeaders = ({ headers }: Response) =>
    [...headers.keys()].filter((name) => name.startsWith('access-control-'));

  it('is closed to pages of other origins unless CORS_ORIGINS names them', async () => {
    service = await TestService.start();
    const asked = await fetch(`${service.address}/graphql?query=%7B__typename%7D`, {
      headers: { origin: 'https://elsewhere.example', 'apollo-require-preflight': '1' },
    });
    expect(asked.status).toBe(200);
    expect(corsHeaders(asked)).toEqual([]);
    expect(corsHeaders(await preflight('https://elsewhere.example'))).toEqual([]);
  });

  it('is open to the origins of CORS_ORIGINS alone', async () => {
    service = await TestService.start({ CORS_ORIGINS: 'https://app.example.com,https://ops.example.com' });
    const allowed = await preflight('https://ops.example.com');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://ops.example.com');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization');
    const asked = await fetch(`${service.address}/graphql?query=%7B__typename%7D`, {
      headers: { origin: 'https://app.example.com', 'apollo-require-preflight': '1' },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect(asked.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(
      (await preflight('https://elsewhere.example')).headers.get('access-control-allow-origin'),
    ).toBeNull();
  });

  it('limits the URL, the headers and the body', async () => {
    service = await TestService.start();
    const get = (length: number) =>
      fetch(`${service.address}/graphql?query=${'x'.repeat(length)}`, {
        headers: { 'apollo-require-preflight': '1' },
      });
    expect((await get(9000)).status).toBe(414);
    expect((await get(20_000)).status).toBe(431);
    const oversized = await fetch(`${service.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ viewer { id } } # ${'x'.repeat(103_000)}` }),
    });
    expect(oversized.status).toBe(413);
    expect(await oversized.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST', status: 413 } }],
    });
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])(
    'says to %s which methods it allows',
    async (method) => {
      service = await TestService.start();
      const response = await fetch(`${service.address}/graphql`, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, POST');
      if (method === 'HEAD') return;
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'BAD_REQUEST', status: 405 } }],
      });
    },
  );

  it('says what is wrong with a body that it does not take', async () => {
    service = await TestService.start();
    const post = async (body: string | ReadableStream<Uint8Array>, headers: Record<string, string>) => {
      const response = await fetch(`${service.address}/graphql`, {
        method: 'POST',
        headers,
        body,
        duplex: 'half',
      });
      const { errors } = (await response.json()) as { errors: { extensions: { status: number } }[] };
      return { status: response.status, stated: errors[0]!.extensions.status };
    };
    const type = { 'content-type': 'application/json' };
    const query = '{"query":"{ __typename }"}';
    expect(await post(query, { 'content-type': 'application/xml' })).toEqual({ status: 415, stated: 415 });
    expect(await post('', type)).toEqual({ status: 400, stated: 400 });
    expect(await post('{"query":', type)).toEqual({ status: 400, stated: 400 });
    expect(await post('{"query":"{ __typename }","__proto__":{}}', type)).toEqual({
      status: 400,
      stated: 400,
    });
    // A page of any origin can send this without asking first.
    expect(await post(query, { 'content-type': 'text/plain' })).toEqual({ status: 400, stated: 400 });
    expect(await post(query, { ...type, accept: 'text/html' })).toEqual({ status: 406, stated: 406 });
    const chunks = new ReadableStream({
      pull(controller) {
        controller.enqueue(new Uint8Array(10_000).fill(32));
      },
    });
    expect(await post(chunks, type)).toEqual({ status: 413, stated: 413 });
  });

  it('takes the absolute form of the address, and another path is another resource', async () => {
    service = await TestService.start();
    const { hostname, port } = new URL(service.address);
    const get = async (target: string): Promise<string> => {
      const socket = connect(Number(port), hostname);
      socket.write(
        `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\napollo-require-preflight: 1\r\n\r\n`,
      );
      return (await socket.toArray()).join('').slice(0, 12);
    };
    expect(await get('/graphql?query={__typename}')).toBe('HTTP/1.1 200');
    expect(await get('http://elsewhere.example/graphql?query={__typename}')).toBe('HTTP/1.1 200');
    expect(await get('/graphql2?query={__typename}')).toBe('HTTP/1.1 404');
    expect(await get('/graphql/?query={__typename}')).toBe('HTTP/1.1 404');
  });

  it('marks each answer: not to be sniffed, not to be stored, with a request id', async () => {
    service = await TestService.start();
    const answer = await (await service.actor('someone', 'student')).ask('{ viewer { id } }');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{7}\.[0-9a-z]+$/);
    expect(answer.headers.get('x-powered-by')).toBeNull();
  });

  it('cuts off a client that does not come to the end of its headers', async () => {
    service = await TestService.start();
    const { hostname, port } = new URL(service.address);
    const socket = connect(Number(port), hostname);
    const closed = once(socket, 'close');
    const startedAt = performance.now();
    let answer = '';
    socket.on('data', (data) => (answer += String(data)));
    socket.write('POST /graphql HTTP/1.1\r\nhost: x\r\n');
    const drip = setInterval(() => socket.write('x-slow: 1\r\n'), 500);
    await closed;
    clearInterval(drip);
    expect(performance.now() - startedAt).toBeLessThan(14_000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  }, 20_000);
});
