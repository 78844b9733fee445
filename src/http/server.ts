import { randomUUID } from 'node:crypto';
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

import { isId } from '../domain/identifiers';

/** An ALB keeps idle connections 60 s; one that we closed first would answer its next request with 502. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A client that has not sent its whole request by then is cut off. */
const REQUEST_TIMEOUT_MS = 15_000;
const BODY_LIMIT_BYTES = 100 * 1024;

/** The HTTP server without its routes: limits, request ids, the log line of each request, errors in GraphQL's form. */
export function createHttpServer(logger: Logger): FastifyInstance {
  const server = fastify({
    loggerInstance: logger as FastifyBaseLogger,
    // Its two lines a request hold the URL, and so a GET's query string.
    disableRequestLogging: true,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: BODY_LIMIT_BYTES,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && isId(given) ? given : randomUUID();
    },
  }) as unknown as FastifyInstance;

  server.decorateRequest('facts', null);
  server.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
  });
  server.addHook('onResponse', async (request, reply) => {
    const { facts } = request;
    if (!facts) return;
    logger.info({
      requestId: request.id,
      operation: facts.operation,
      code: facts.code,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    });
  });

  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ requestId: request.id, err: error }, 'A request failed by our fault');
    return status >= 500
      ? reply.code(500).send(problem('INTERNAL_SERVER_ERROR', 500, 'The server failed. Try again later.'))
      : reply.code(status).send(problem('BAD_REQUEST', status, requestFault(error)));
  });
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(problem('BAD_REQUEST', 404, 'Nothing is here. The API is POST and GET /graphql.')),
  );
  return server;
}

const problem = (code: string, status: number, message: string) => ({
  errors: [{ message, extensions: { code, status } }],
});

/** Fastify's texts for a body it could not take; V8's for broken JSON quotes the body. */
const requestFault = (error: FastifyError): string =>
  error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
    ? 'The body is not valid JSON.'
    : error.message;
