import type { IncomingMessage } from 'node:http';
import fastify, { LogController, type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify';
import type { Logger } from 'pino';

import { addCors } from './cors';
import { NOT_FOUND, Rejection, rejectionOf } from './errors';
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

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly corsOrigins: readonly string[];
  /** While the process stops, each response closes its connection: the balancer sends the next request elsewhere. */
  readonly stopping: () => boolean;
  readonly requestId: (given: string | string[] | undefined) => string;
  /** For tracing: called before anything is done for a request. undefined where it is off. */
  readonly arrived: ((request: IncomingMessage) => void) | undefined;
}

/** The HTTP server without its routes: limits, request ids, errors in GraphQL's form. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const { logger, stopping, requestId, arrived } = options;
  const server = fastify({
    loggerInstance: logger,
    // A logger for each request would cost more than all else that Fastify does.
    childLoggerFactory: (parent) => parent,
    // Its two lines a request hold the URL, and so a GET's query string.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: TIMEOUT_CHECK_MS,
      maxHeaderSize: HEADERS_LIMIT_BYTES,
    },
    // Requests that still arrive on an open connection while the process stops are answered like any other.
    return503OnClosing: false,
    // For a URL that cannot be decoded. Fastify's own response would echo it.
    frameworkErrors: (_error, _request, reply: FastifyReply) =>
      void reply.code(400).send(new Rejection({ status: 400, message: 'The URL is not valid.' }).body),
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
  }) as unknown as FastifyInstance;
  server.server.maxConnections = MAX_CONNECTIONS;

  if (arrived) {
    server.addHook('onRequest', (request, _reply, done) => {
      arrived(request.raw);
      done();
    });
  }
  addCors(server, options.corsOrigins);
  server.addHook('onSend', (request, reply, _payload, done) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    if (stopping()) void reply.header('connection', 'close');
    // Node's two lines on it are 48 bytes that HTTP/1.1, where connections stay open anyway, does not need.
    else if (request.raw.httpVersion === '1.1') reply.raw.removeHeader('connection');
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      if (!reply.hasHeader('content-security-policy')) {
        void reply.header('content-security-policy', PAGE_POLICY);
      }
      void reply.header('referrer-policy', 'no-referrer');
    }
    done();
  });

  server.setErrorHandler((error: FastifyError, request, reply) => {
    const rejection = rejectionOf(error, request);
    return reply.code(rejection.status).send(rejection.body);
  });
  server.setNotFoundHandler((_request, reply) => reply.code(404).send(NOT_FOUND.body));
  return server;
}
