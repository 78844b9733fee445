import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';

import { createCors } from './cors';
import { errorBody, INTERNAL_ERROR } from './errors';
import { BODY_LIMIT_BYTES } from './limits';

/** An ALB keeps idle connections for 60 s; if this server closed one first, the ALB would answer the next request with 502. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A client that has not sent its headers, or its whole request, by then is cut off. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 15_000;
const TIMEOUT_CHECK_MS = 2500;
/** The request line and all headers: a token of 4 kB and a document in the URL fit. */
const HEADERS_LIMIT_BYTES = 16 * 1024;
/** Beyond it connections are refused: a process runs out of file descriptors before it runs out of memory. */
const MAX_CONNECTIONS = 20_000;

/** On our pages, none of them in production, unless a page has a policy of its own: nothing from elsewhere, and no frame around them. */
const PAGE_POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
  "base-uri 'self'",
  "object-src 'none'",
].join('; ');

/** As a path, or in the absolute form that a proxy may send. */
const GRAPHQL_URL = /^(?:https?:\/\/[^/?#]*)?\/graphql(?:\?|$)/i;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly corsOrigins: readonly string[];
  /** While the process stops, each response closes its connection: the balancer sends the next request elsewhere. */
  readonly stopping: () => boolean;
  /** Serves `/graphql`, in front of Fastify. */
  readonly graphql: RequestListener;
  readonly requestId: (given: string | string[] | undefined) => string;
  /** For tracing: called before anything is done for a request. undefined where it is off. */
  readonly arrived: ((request: IncomingMessage) => void) | undefined;
}

/** The HTTP server without its other routes, which Fastify serves: limits, request ids, errors in GraphQL's form. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { logger, stopping, graphql, requestId, arrived } = options;
  const cors = createCors(options.corsOrigins);
  const server = fastify({
    loggerInstance: logger,
    // Its two lines a request hold the URL, and so a GET's query string.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    serverFactory: (handler) =>
      createServer(
        {
          keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
          requestTimeout: REQUEST_TIMEOUT_MS,
          headersTimeout: HEADERS_TIMEOUT_MS,
          connectionsCheckingInterval: TIMEOUT_CHECK_MS,
          maxHeaderSize: HEADERS_LIMIT_BYTES,
        },
        (request, response) => {
          arrived?.(request);
          cors(request, response, () => {
            if (GRAPHQL_URL.test(request.url!)) graphql(request, response);
            else handler(request, response);
          });
        },
      ),
    // Requests that still arrive on an open connection while the process stops are answered like any other.
    return503OnClosing: false,
    // For a URL that cannot be decoded. Fastify's own response would echo it.
    frameworkErrors: (_error, _request, reply: FastifyReply) =>
      void reply.code(400).send(errorBody({ status: 400, message: 'The URL is not valid.' })),
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
  }) as unknown as FastifyInstance;
  server.server.maxConnections = MAX_CONNECTIONS;

  server.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
    if (stopping()) void reply.header('connection', 'close');
    // Node's two lines on it are 48 bytes that HTTP/1.1, where connections stay open anyway, does not need.
    else if (request.raw.httpVersion === '1.1') reply.raw.removeHeader('connection');
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      if (!reply.hasHeader('content-security-policy')) {
        void reply.header('content-security-policy', PAGE_POLICY);
      }
      void reply.header('referrer-policy', 'no-referrer');
    }
  });

  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    // V8's message for invalid JSON quotes the body.
    const message = error instanceof SyntaxError ? 'The body is not valid JSON.' : error.message;
    if (status < 500) return reply.code(status).send(errorBody({ status, message }));
    logger.error({ requestId: request.id, err: error }, 'A request failed with an internal error');
    return reply.code(500).send(errorBody(INTERNAL_ERROR));
  });
  server.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .send(errorBody({ status: 404, message: 'Nothing is here. The API is POST and GET /graphql.' })),
  );
  return server;
}
