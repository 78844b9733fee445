import { METHODS } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import secureJson from 'secure-json-parse';

import type { Authenticator } from '../auth/authenticator';
import type { Guests } from '../domain/guests';
import type { JourneyHistory } from '../domain/journeyHistory';
import type { JourneyService } from '../domain/journeyService';
import type { DocumentRegistry } from '../graphql/execution/documentRegistry';
import { createErrorFormatter, describeError } from '../graphql/execution/formatError';
import type { OperationRequest } from '../graphql/execution/operationRequest';
import { MediaTypeNegotiator, PLAIN_JSON, responseHead } from '../graphql/execution/responseHead';
import { RequestContext } from '../graphql/requestContext';
import { clientIdentityOf } from '../metrics/clientLabels';
import { METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, OVERLOADED, rejectionOf, URL_TOO_LONG } from './errors';
import { MAX_URL_LENGTH } from './limits';
import type { LoadShedder } from './loadShedding';
import type { RequestLimiter } from './requestLimiter';
import type { RequestLog } from './requestLog';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly documents: DocumentRegistry;
  readonly authenticator: Authenticator;
  readonly services: { readonly journeys: JourneyService; readonly history: JourneyHistory };
  readonly guests: Guests;
  readonly logger: Logger;
  /** null: every request is accepted, however late the process is. */
  readonly shedder: LoadShedder | null;
  /** null: users may send as many requests as they like. */
  readonly limiter: RequestLimiter | null;
  readonly log: RequestLog;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Only requests to `/graphql` have one. */
    exchange: OperationRequest & { readonly startedAt: number };
  }
}

/**
 * `/graphql`, the same for every client: check the head, let Fastify read the body, authenticate, count, look the
 * document up, execute it (as compiled code, or by Apollo Server), respond, log.
 */
export function addGraphQLRoute(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, documents, authenticator, services, guests, logger, shedder, limiter, log } = options;
  const mediaTypes = new MediaTypeNegotiator();
  const formatErrors = createErrorFormatter(logger);

  const receive = (request: FastifyRequest, reply: FastifyReply, next: (error?: Error) => void): void => {
    const { id: requestId, method, url, headers } = request;
    const fields = { operation: '-', code: 'BAD_REQUEST', path: 'rejected' } as const;
    const mediaType = mediaTypes.choose(headers.accept);
    request.exchange = {
      requestId,
      startedAt: performance.now(),
      fields,
      mediaType: mediaType ?? PLAIN_JSON,
      isAuthenticated: false,
    };
    void reply.header('cache-control', 'no-store');
    if (shedder?.refuses()) return next(OVERLOADED);
    if (method !== 'GET' && method !== 'POST') return next(METHOD_NOT_ALLOWED);
    if (url.length > MAX_URL_LENGTH) return next(URL_TOO_LONG);
    next(mediaType ? undefined : NOT_ACCEPTABLE);
  };

  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { exchange, method, headers } = request;
    const identity = authenticator.identify(headers.authorization);
    // Nearly every token is in the cache, and the look-up costs less than an await.
    const { viewer, require } = identity instanceof Promise ? await identity : identity;
    // Anybody can invent a share, so a guest is only known once it has read something by its own.
    exchange.isAuthenticated = viewer !== null && (viewer.role !== 'GUEST' || guests.isKnown(viewer));
    const rate = viewer && limiter?.take(viewer);
    if (rate) void reply.headers(rate.headers);
    if (rate?.error) return respond(reply, { errors: [describeError(rate.error)] });
    const context = new RequestContext(services, require, exchange);
    const known = documents.find(parametersOf(request), exchange.isAuthenticated);
    // Apollo Server refuses a mutation by GET.
    if (known && (known.document.isQuery || method === 'POST')) {
      exchange.fields.path = 'compiled';
      exchange.fields.operation = known.document.label;
      const { data, errors } = await known.document.execute(context, known.variables);
      if (data !== undefined) {
        return respond(reply, errors ? { errors: formatErrors(errors, request.id), data } : { data });
      }
      // The variables do not fit: nothing was executed, and Apollo Server says what is wrong with them.
    }
    exchange.fields.path = 'apollo';
    const given = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    const search = /\?.*/s.exec(request.url)?.[0] ?? '';
    const response = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: new HeaderMap(given), search, body: request.body },
      context: async () => context,
    });
    for (const name of ['allow', 'retry-after']) {
      if (response.headers.has(name)) void reply.header(name, response.headers.get(name));
    }
    // The schema has neither @defer nor @stream: every body is whole.
    send(reply, response.status ?? 200, response.body.kind === 'complete' ? response.body.string : '');
  };

  /** Responds to a request that failed as a whole: its own status counts, whatever the client accepts. Errors of fields are in the result. */
  const fail = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const { status, headers, body } = rejectionOf(error, request);
    if (reply.sent) return;
    request.exchange.mediaType = PLAIN_JSON;
    respond(reply.headers(headers), body, status);
  };

  const respond = (reply: FastifyReply, result: FormattedExecutionResult, status?: number): void => {
    const { exchange } = reply.request;
    const head = responseHead(result.errors, exchange.mediaType);
    exchange.fields.code = head.code;
    send(reply.headers(head.headers), status ?? head.status, JSON.stringify(result));
  };

  const send = (reply: FastifyReply, status: number, body: string): void => {
    const { headers, exchange } = reply.request;
    const { requestId, fields, mediaType, startedAt } = exchange;
    // With a serializer of its own Fastify leaves the media type alone; otherwise it adds a charset to every JSON type.
    void reply.code(status).header('content-type', mediaType).serializer(unchanged).send(body);
    const ms = performance.now() - startedAt;
    log(fields, { requestId, status, ms, client: clientIdentityOf(headers) });
  };

  for (const method of METHODS) if (!server.supportedMethods.includes(method)) server.addHttpMethod(method);
  server.decorateRequest('exchange');
  server.all('/graphql', {
    onRequest: receive,
    handler: (request, reply) =>
      void handle(request, reply).catch((error: FastifyError) => fail(error, request, reply)),
    errorHandler: fail,
  });
}

const unchanged = (body: string): string => body;

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;

/** `query`, `variables` and so on; undefined when only Apollo Server can judge the request. */
function parametersOf(request: FastifyRequest): unknown {
  if (request.method === 'POST') return request.body;
  const { headers } = request;
  const type = headers['content-type'];
  const isPreflighted = headers['apollo-require-preflight'] || headers['x-apollo-operation-name'];
  // Without such a header a page of another origin may have sent the GET unasked.
  if (type === undefined ? !isPreflighted : !JSON_TYPE.test(type)) return undefined;
  const { query, operationName, variables, extensions } = request.query as Record<string, string | undefined>;
  const json = (text: unknown): unknown => (typeof text === 'string' ? secureJson.parse(text) : text);
  try {
    return { query, operationName, variables: json(variables), extensions: json(extensions) };
  } catch {
    return undefined;
  }
}
