import { METHODS } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import secureJson from 'secure-json-parse';

import type { Authenticator } from '../auth/authenticator';
import type { JourneyService } from '../domain/journeyService';
import type { DocumentRegistry } from '../graphql/execution/documentRegistry';
import { ExecutionContext, type OperationRequest } from '../graphql/execution/executionContext';
import { createErrorFormatter, describeError } from '../graphql/execution/formatError';
import { PLAIN_JSON, responseHead } from '../graphql/execution/responseHead';
import * as rejections from './errors';
import { MAX_URL_LENGTH } from './limits';
import type { LoadShedder } from './loadShedding';
import { MediaTypeNegotiator } from './negotiation';
import type { RequestLimiter } from './requestLimiter';
import type { RequestLog } from './requestLog';

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<ExecutionContext>;
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
    exchange: OperationRequest;
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

  /** Before the body is read. */
  receive(request: FastifyRequest, reply: FastifyReply, next: () => void): void {
    request.exchange = {
      requestId: request.id,
      startedAt: performance.now(),
      fields: { operation: '-', code: 'BAD_REQUEST', path: 'rejected' },
      mediaType: PLAIN_JSON,
      isAuthenticated: false,
    };
    void reply.header('cache-control', 'no-store');
    const rejection = this.checkHead(request);
    if (rejection) this.reject(reply, rejection);
    else next();
  }

  private checkHead({ method, url, headers, exchange }: FastifyRequest): rejections.Rejection | undefined {
    if (this.options.shedder?.refuses()) return rejections.OVERLOADED;
    if (method !== 'GET' && method !== 'POST') return rejections.METHOD_NOT_ALLOWED;
    if (url.length > MAX_URL_LENGTH) return rejections.URL_TOO_LONG;
    const mediaType = this.mediaTypes.choose(headers.accept);
    if (!mediaType) return rejections.NOT_ACCEPTABLE;
    exchange.mediaType = mediaType;
    return undefined;
  }

  async handle(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { authenticator, documents, journeys, limiter } = this.options;
    const { exchange, method, headers } = request;
    const identity = authenticator.identify(headers.authorization);
    // Nearly every token is in the cache: an await would cost more than the look-up.
    const { viewer, require } = identity instanceof Promise ? await identity : identity;
    exchange.isAuthenticated = viewer !== null;
    const rate = viewer && limiter?.take(viewer);
    if (rate) void reply.headers(rate.headers);
    if (rate?.error) return this.respond(reply, { errors: [describeError(rate.error)] });
    const context = new ExecutionContext(journeys, require, exchange);
    const known = documents.find(parametersOf(request), exchange.isAuthenticated);
    // Apollo Server refuses a mutation by GET.
    if (known && (known.document.isQuery || method === 'POST')) {
      exchange.fields.path = 'compiled';
      exchange.fields.operation = known.document.label;
      const { data, errors } = await known.document.execute(context, known.variables);
      // Without data the variables do not fit, nothing was executed, and Apollo Server says what is wrong with them.
      if (data !== undefined) {
        return this.respond(
          reply,
          errors ? { errors: this.formatErrors(errors, request.id), data } : { data },
        );
      }
    }
    return this.executeByApollo(request, reply, context);
  }

  private async executeByApollo(
    { method, url, headers, body, exchange }: FastifyRequest,
    reply: FastifyReply,
    context: ExecutionContext,
  ): Promise<void> {
    exchange.fields.path = 'apollo';
    const given = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    const search = /\?.*/s.exec(url)?.[0] ?? '';
    const response = await this.options.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method, headers: new HeaderMap(given), search, body },
      context: async () => context,
    });
    for (const name of ['allow', 'retry-after']) {
      if (response.headers.has(name)) void reply.header(name, response.headers.get(name));
    }
    // The schema has neither @defer nor @stream: every body is whole.
    this.send(reply, response.status ?? 200, response.body.kind === 'complete' ? response.body.string : '');
  }

  /** The fields' own errors are in their result: this is one of the server, or what Fastify says of the body. */
  fail(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
    const rejection = rejections.rejectionOf(error);
    if (rejection === rejections.INTERNAL_ERROR) {
      this.options.logger.error(
        { requestId: request.id, err: error },
        'A request failed with an internal error',
      );
    }
    if (!reply.sent) this.reject(reply, rejection);
  }

  private reject(reply: FastifyReply, rejection: rejections.Rejection): void {
    const { exchange } = reply.request;
    const body = rejections.errorBody(rejection);
    exchange.fields.code = body.errors[0]!.extensions.code;
    exchange.mediaType = PLAIN_JSON;
    this.send(reply.headers(rejection.headers ?? {}), rejection.status, JSON.stringify(body));
  }

  private respond(reply: FastifyReply, result: FormattedExecutionResult): void {
    const { exchange } = reply.request;
    const { status, code, retryAfter } = responseHead(result.errors, exchange.mediaType);
    exchange.fields.code = code;
    if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
    this.send(reply, status, JSON.stringify(result));
  }

  private send(reply: FastifyReply, status: number, body: string): void {
    const { fields, mediaType, requestId, startedAt } = reply.request.exchange;
    void reply.code(status).header('content-type', mediaType).send(body);
    this.options.log(fields, { requestId, status, ms: performance.now() - startedAt });
  }
}

const JSON_TYPE = /^\s*application\/json\s*(?:;|$)/i;

/** `query`, `variables` and so on; undefined when only Apollo Server can judge the request. */
function parametersOf({ method, headers, query, body }: FastifyRequest): unknown {
  if (method === 'POST') return body;
  const {
    'content-type': type,
    'apollo-require-preflight': required,
    'x-apollo-operation-name': name,
  } = headers;
  // Without such a header a page of another origin may have sent the GET unasked.
  if (type === undefined ? !(required || name) : !JSON_TYPE.test(type)) return undefined;
  const { variables, extensions, ...others } = query as Record<string, string | undefined>;
  try {
    return { ...others, variables: json(variables), extensions: json(extensions) };
  } catch {
    return undefined;
  }
}

const json = (text: string | undefined): unknown =>
  typeof text === 'string' ? secureJson.parse(text) : text;
