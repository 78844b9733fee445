import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import cors from '@fastify/cors';
import fastify, {
  LogController,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';

import { GRAPHQL_RESPONSE } from '../graphql/execution/responseHead';
import type { FastPath } from './fastPath';
import { errorBody } from './errors';
import { BODY_LIMIT_BYTES } from './limits';
import type { RequestLog } from './requestLog';

/** An ALB keeps idle connections 60 s; one that we closed first would answer its next request with 502. */
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

/** What a browser's script may read of an answer from another origin. */
const EXPOSED_HEADERS = ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-request-id'];
const PREFLIGHT_SECONDS = 7200;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly corsOrigins: readonly string[];
  /** From the signal on, each answer closes its connection: what the balancer sends next goes elsewhere. */
  readonly stopping: () => boolean;
  /** Takes what it can before the framework does. */
  readonly lane: FastPath;
  readonly requestId: (given: string | string[] | undefined) => string;
  readonly report: RequestLog;
  /** For tracing; undefined where it is off. */
  readonly arrived: ((request: IncomingMessage) => void) | undefined;
}

/** The HTTP server without its routes: limits, request ids, the log line of each request, errors in GraphQL's form. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { logger, corsOrigins, stopping, lane, requestId, report, arrived } = options;
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
        arrived ? announced(arrived, lane.inFrontOf(handler)) : lane.inFrontOf(handler),
      ),
    // What still comes on an open connection while the process stops is answered like any other.
    return503OnClosing: false,
    // What fails before there is a route: a URL that can't be decoded. Fastify's own answer tells it back.
    frameworkErrors: (_error, _request, reply: FastifyReply) =>
      void reply.code(400).send(errorBody('BAD_REQUEST', 400, 'The URL is not valid.')),
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
  }) as unknown as FastifyInstance;
  server.server.maxConnections = MAX_CONNECTIONS;

  server.decorateRequest('facts', null);
  server.addHook('onSend', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    void reply.header('x-content-type-options', 'nosniff');
    if (stopping()) void reply.header('connection', 'close');
    // Node's two lines on it are 48 bytes that HTTP/1.1, where connections stay open anyway, does not need.
    else if (request.raw.httpVersion === '1.1') reply.raw.removeHeader('connection');
    const mediaType = String(reply.getHeader('content-type'));
    // Apollo and the framework add the charset.
    if (mediaType.startsWith(GRAPHQL_RESPONSE)) void reply.header('content-type', GRAPHQL_RESPONSE);
    if (mediaType.startsWith('text/html')) {
      if (!reply.hasHeader('content-security-policy')) {
        void reply.header('content-security-policy', PAGE_POLICY);
      }
      void reply.header('referrer-policy', 'no-referrer');
    }
  });
  server.addHook('onResponse', async (request, reply) => {
    if (!request.facts) return;
    report(request.facts, { requestId: request.id, status: reply.statusCode, ms: reply.elapsedTime });
  });
  lane.handBodiesTo(server);

  server.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, logger));
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).send(errorBody('BAD_REQUEST', 404, 'Nothing is here. The API is POST and GET /graphql.')),
  );
  // Without origins there is no CORS header at all: browsers then keep other sites' pages out.
  if (corsOrigins.length > 0) {
    await server.register(cors, {
      origin: [...corsOrigins],
      methods: ['GET', 'POST'],
      exposedHeaders: EXPOSED_HEADERS,
      maxAge: PREFLIGHT_SECONDS,
    });
  }
  return server;
}

/** Tells of a request before anything is done for it. */
const announced =
  (arrived: (request: IncomingMessage) => void, handle: RequestListener): RequestListener =>
  (request, response) => {
    arrived(request);
    handle(request, response);
  };

function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): FastifyReply {
  const status = error.statusCode ?? 500;
  if (status < 500) return reply.code(status).send(errorBody('BAD_REQUEST', status, requestFault(error)));
  logger.error({ requestId: request.id, err: error }, 'A request failed with an internal error');
  if (request.facts) request.facts.code = 'INTERNAL_SERVER_ERROR';
  return reply.code(500).send(errorBody('INTERNAL_SERVER_ERROR', 500, 'The server failed. Try again later.'));
}

/** Fastify's texts for a body it could not take; V8's for broken JSON quotes the body. */
const requestFault = (error: FastifyError): string =>
  error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
    ? 'The body is not valid JSON.'
    : error.message;
