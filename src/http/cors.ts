import type { FastifyInstance } from 'fastify';

/** What a script of another origin may read of a response. */
const EXPOSED_HEADERS = 'retry-after, ratelimit, ratelimit-policy, x-request-id';

/**
 * Lets pages of these origins read the responses, and answers their preflight requests. Without origins there is no
 * such header at all: browsers then keep the pages of other sites out.
 */
export function addCors(server: FastifyInstance, origins: readonly string[]): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { origin, 'access-control-request-method': method } = request.headers;
    if (origin === undefined || origins.length === 0) return done();
    void reply.header('vary', 'Origin');
    if (origins.includes(origin)) {
      void reply.header('access-control-allow-origin', origin);
      void reply.header('access-control-expose-headers', EXPOSED_HEADERS);
    }
    if (request.method !== 'OPTIONS' || method === undefined) return done();
    void reply.header('access-control-allow-methods', 'GET, POST').header('access-control-max-age', '7200');
    void reply.header(
      'access-control-allow-headers',
      request.headers['access-control-request-headers'] ?? '',
    );
    void reply.code(204).send();
  });
}
