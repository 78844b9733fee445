import { METHODS } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import secureJson from 'secure-json-parse';

import type { Authenticator } from '../auth/authenticator';
import type { JourneyService } from '../domain/journeyService';
import type { DocumentRegistry } from '../graphql/execution/documentRegistry';
import { createErrorFormatter, describeError } from '../graphql/execution/formatError';
import type { OperationRequest } from '../graphql/execution/operationRequest';
import { PLAIN_JSON, responseHead } from '../graphql/execution/responseHead';
import { RequestContext } from '../graphql/requestContext';
import * as rejections from './errors';
import { MAX_URL_LENGTH } from './limits';
import type { LoadShedder } from './loadShedding';
import { MediaTypeNegotiator } from './negotiation';
import type { RequestLimiter } from './requestLimiter';
import type { RequestLog } from './requestLog';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly documents: DocumentRegistry;
  readonly authenticator: Authenticator;
  readonly journeys: JourneyService;
  readonly logger: Logger;
  /** null: every request is accepted, however late the process is. */
  readonly shedder: LoadShedder | null;
  /** null: users may send as many requests as they like. */
  readonly limiter: RequestLimiter | null;
  readonly log: RequestLog;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Of `/graphql` alone. */
    exchange: OperationRequest & { readonly startedAt: number };
  }
}

/** `/graphql`, the same for every client. */
export function addGraphQLRoute(server: FastifyInstance, options: GraphQLRouteOptions): void {
  const route = new GraphQLRoute(options);
  for (const method of METHODS) if (!server.supportedMethods.includes(method)) server.addHttpMethod(method);
  server.decorateRequest('exchange');
  server.all('/graphql', {
    onRequest: (request, reply, done) => route.receive(request, reply, done),
    handler: (request, reply) =>
      void route.handle(request, reply).catch((error: FastifyError) => route.fail(error, request, reply)),
    errorHandler: (error, request, reply) => route.fail(error, request, reply),
  });
}

/** Authenticate, count, look the document up, execute it (as compiled code, or by Apollo Server), respond, log. */
class GraphQLRoute {
  private readonly mediaTypes = new MediaTypeNegotiator();
  private readonly formatErrors;

  constructor(private readonly options: GraphQLRouteOptions) {
    this.formatErrors = createErrorFormatter(options.logger);
  }

  /** Refuses a request whose head shows that something is wrong with it, before its body is read. */
  receive(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
    const { id: requestId, method, url, headers } = request;
    const fields = { operation: '-', code: 'BAD_REQUEST', path: 'rejected' } as const;
    const startedAt = performance.now();
    request.exchange = { requestId, startedAt, fields, mediaType: PLAIN_JSON, isAuthenticated: false };
    void reply.header('cache-control', 'no-store');
    if (this.options.shedder?.refuses()) return this.reject(reply, rejections.OVERLOADED);
    if (method !== 'GET' && method !== 'POST') return this.reject(reply, rejections.METHOD_NOT_ALLOWED);
    if (url.length > MAX_URL_LENGTH) return this.reject(reply, rejections.URL_TOO_LONG);
    const mediaType = this.mediaTypes.choose(headers.accept);
    if (!mediaType) return this.reject(reply, rejections.NOT_ACCEPTABLE);
    request.exchange.mediaType = mediaType;
    next();
  }

  async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { authenticator, documents, journeys, limiter } = this.options;
    const { exchange, method, headers } = request;
    const identity = authenticator.identify(headers.authorization);
    // Nearly every token is in the cache, and the look-up costs less than an await.
    const { viewer, require } = identity instanceof Promise ? await identity : identity;
    exchange.isAuthenticated = viewer !== null;
    const rate = viewer && limiter?.take(viewer);
    if (rate) void reply.headers(rate.headers);
    if (rate?.error) return this.respond(reply, { errors: [describeError(rate.error)] });
    const context = new RequestContext(journeys, require, exchange);
    const known = documents.find(parametersOf(request), exchange.isAuthenticated);
    // Apollo Server refuses a mutation by GET.
    if (known && (known.document.isQuery || method === 'POST')) {
      exchange.fields.path = 'compiled';
      exchange.fields.operation = known.document.label;
      const { data, errors } = await known.document.execute(context, known.variables);
      if (data !== undefined) {
        return this.respond(
          reply,
          errors ? { errors: this.formatErrors(errors, request.id), data } : { data },
        );
      }
      // The variables do not fit: nothing was executed, and Apollo Server says what is wrong with them.
    }
    exchange.fields.path = 'apollo';
    const {
      status,
      headers: given,
      body,
    } = await this.options.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method,
        headers: new HeaderMap(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        search: /\?.*/s.exec(request.url)?.[0] ?? '',
        body: request.body,
      },
      context: async () => context,
    });
    for (const name of ['allow', 'retry-after'])
      if (given.has(name)) void reply.header(name, given.get(name));
    // The schema has neither @defer nor @stream: every body is whole.
    this.send(reply, status ?? 200, body.kind === 'complete' ? body.string : '');
  }

  /** The fields' own errors are in their result: this is one of the server, or what Fastify says of the body. */
  fail(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    const rejection = rejections.rejectionOf(error, request);
    if (!reply.sent) this.reject(reply, rejection);
  }

  private reject(reply: FastifyReply, rejection: rejections.Rejection): void {
    reply.request.exchange.mediaType = PLAIN_JSON;
    this.respond(reply.headers(rejection.headers ?? {}), rejections.errorBody(rejection), rejection.status);
  }

  private respond(reply: FastifyReply, result: FormattedExecutionResult, status?: number): void {
    const { exchange } = reply.request;
    const head = responseHead(result.errors, exchange.mediaType);
    exchange.fields.code = head.code;
    this.send(reply.headers(head.headers), status ?? head.status, JSON.stringify(result));
  }

  private send(reply: FastifyReply, status: number, body: string): void {
    const { headers, exchange } = reply.request;
    void reply.code(status).header('content-type', exchange.mediaType).send(body);
    const ms = performance.now() - exchange.startedAt;
    this.options.log(exchange.fields, {
      requestId: exchange.requestId,
      status,
      ms,
      client: clientOf(headers),
    });
  }
}

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;

/** `query`, `variables` and so on; undefined when only Apollo Server can judge the request. */
function parametersOf({ method, headers, query, body }: FastifyRequest): unknown {
  if (method === 'POST') return body;
  const type = headers['content-type'];
  const isPreflighted = headers['apollo-require-preflight'] || headers['x-apollo-operation-name'];
  // Without such a header a page of another origin may have sent the GET unasked.
  if (type === undefined ? !isPreflighted : !JSON_TYPE.test(type)) return undefined;
  const { variables, extensions, ...others } = query as Record<string, string | undefined>;
  const json = (text: unknown): unknown => (typeof text === 'string' ? secureJson.parse(text) : text);
  try {
    return { ...others, variables: json(variables), extensions: json(extensions) };
  } catch {
    return undefined;
  }
}

/** Who the client claims to be, by the headers of Apollo's clients. */
const clientOf = (headers: FastifyRequest['headers']) => ({
  name: headers['apollographql-client-name'] as string | undefined,
  version: headers['apollographql-client-version'] as string | undefined,
});
