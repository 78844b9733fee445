import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';

import type { Authenticator, Identity } from '../auth/authenticator';
import { JourneyError } from '../domain/errors';
import type { JourneyService } from '../domain/journeyService';
import type { DocumentRegistry } from '../graphql/execution/documentRegistry';
import { ExecutionContext, type RequestFields } from '../graphql/execution/executionContext';
import { createErrorFormatter, describeError } from '../graphql/execution/formatError';
import { PLAIN_JSON, responseHead, type MediaType } from '../graphql/execution/responseHead';
import { errorBody, INTERNAL_ERROR, NOT_ACCEPTABLE, OVERLOADED, type Rejection } from './errors';
import { parseQuery, readBody, rejectionOf, searchOf, type GraphQLInput } from './graphqlRequest';
import type { LoadShedder } from './loadShedding';
import { MediaTypeNegotiator } from './negotiation';
import type { RequestLimiter } from './requestLimiter';
import type { RequestLog } from './requestLog';

export interface GraphQLHandlerOptions {
  readonly apollo: ApolloServer<ExecutionContext>;
  readonly documents: DocumentRegistry;
  readonly authenticator: Authenticator;
  readonly journeys: JourneyService;
  readonly logger: Logger;
  /** null: every request is accepted, however late the process is. */
  readonly shedder: LoadShedder | null;
  /** null: users may send as many requests as they like. */
  readonly limiter: RequestLimiter | null;
  readonly requestId: (given: string | string[] | undefined) => string;
  /** While the process stops, each response closes its connection: the balancer sends the next request elsewhere. */
  readonly stopping: () => boolean;
  readonly log: RequestLog;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly startedAt: number;
  readonly fields: RequestFields;
  mediaType: MediaType;
  /** Of the RateLimit header. */
  rateLimit?: string;
}

interface Reply extends Pick<Rejection, 'status' | 'headers' | 'closes'> {
  readonly body: string;
}

/**
 * `/graphql`, the same for every client: read the body, authenticate, count, look the document up, execute it (as
 * compiled code, or by Apollo Server), respond, log. It stands in front of Fastify, by which a poll takes some 4 % more
 * CPU. The steps call each other instead of awaiting, for most requests have nothing to wait for but the store.
 */
export class GraphQLHandler {
  private readonly mediaTypes = new MediaTypeNegotiator();
  private readonly formatErrors;

  constructor(private readonly options: GraphQLHandlerOptions) {
    this.formatErrors = createErrorFormatter(options.logger);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const requestId = this.options.requestId(request.headers['x-request-id']);
    const fields: RequestFields = { operation: '-', code: 'BAD_REQUEST', path: 'rejected' };
    const startedAt = performance.now();
    const exchange: Exchange = { request, response, requestId, startedAt, fields, mediaType: PLAIN_JSON };
    const rejection = this.options.shedder?.refuses() ? OVERLOADED : rejectionOf(request);
    if (rejection) this.respond(exchange, this.reject(exchange, rejection));
    else if (request.method === 'GET') this.process(exchange, parseQuery(request));
    else readBody(request, (body) => this.process(exchange, body));
  }

  private process(exchange: Exchange, input: GraphQLInput | Rejection): void {
    const fail = (error: unknown): void => this.fail(exchange, error);
    try {
      const reply = this.authenticate(exchange, input);
      if (reply instanceof Promise) reply.then((late) => this.respond(exchange, late)).catch(fail);
      else this.respond(exchange, reply);
    } catch (error) {
      fail(error);
    }
  }

  private authenticate(exchange: Exchange, input: GraphQLInput | Rejection): Reply | Promise<Reply> {
    const { authorization, accept } = exchange.request.headers;
    if ('status' in input) return this.reject(exchange, input);
    const mediaType = this.mediaTypes.choose(accept);
    if (!mediaType) return this.reject(exchange, NOT_ACCEPTABLE);
    exchange.mediaType = mediaType;
    const identity = this.options.authenticator.identify(authorization);
    return identity instanceof Promise
      ? identity.then((late) => this.execute(exchange, input, late))
      : this.execute(exchange, input, identity);
  }

  private execute(exchange: Exchange, input: GraphQLInput, identity: Identity): Reply | Promise<Reply> {
    const { documents, journeys, limiter } = this.options;
    const { request, requestId, fields } = exchange;
    if (limiter && identity.viewer) {
      try {
        exchange.rateLimit = limiter.take(identity.viewer);
      } catch (error) {
        return this.overRate(exchange, limiter, error);
      }
    }
    const context = new ExecutionContext(journeys, identity.require, exchange);
    const known = documents.find(input.parameters, identity.viewer !== null);
    // Apollo Server refuses a mutation by GET.
    if (!known || (request.method === 'GET' && !known.document.isQuery)) {
      return this.executeByApollo(exchange, input.body, context);
    }
    fields.path = 'compiled';
    fields.operation = known.document.label;
    return known.document.execute(context, known.variables).then(({ data, errors }) => {
      // The variables do not fit: nothing was executed, and Apollo Server says what is wrong with them.
      if (data === undefined) return this.executeByApollo(exchange, input.body, context);
      if (!errors) return this.reply(exchange, JSON.stringify({ data }));
      const formatted = this.formatErrors(errors, requestId);
      return this.reply(exchange, JSON.stringify({ errors: formatted, data }), formatted);
    });
  }

  private async executeByApollo(
    exchange: Exchange,
    body: unknown,
    context: ExecutionContext,
  ): Promise<Reply> {
    const { method, url, headers } = exchange.request;
    exchange.fields.path = 'apollo';
    const given = new HeaderMap();
    for (const [name, value] of Object.entries(headers)) given.set(name, String(value));
    const answer = await this.options.apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: { method: method!, headers: given, search: searchOf(url!), body },
      context: async () => context,
    });
    const kept = [...answer.headers].filter(([name]) => name === 'retry-after' || name === 'allow').flat();
    // The schema has neither @defer nor @stream: every body is whole.
    const text = answer.body.kind === 'complete' ? answer.body.string : '';
    return { status: answer.status ?? 200, body: text, headers: kept };
  }

  private overRate(exchange: Exchange, limiter: RequestLimiter, error: unknown): Reply {
    if (!JourneyError.is(error, 'RATE_LIMITED')) throw error;
    exchange.rateLimit = limiter.exhausted;
    const errors = [describeError(error)];
    const { headers = [], ...reply } = this.reply(exchange, JSON.stringify({ errors }), errors);
    return { ...reply, headers: [...headers, 'ratelimit-policy', limiter.policy] };
  }

  /** The fields' own errors are in their result: this is one of the server. */
  private fail(exchange: Exchange, error: unknown): void {
    const { requestId, response } = exchange;
    this.options.logger.error({ requestId, err: error }, 'A request failed with an internal error');
    if (response.headersSent) response.end();
    else this.respond(exchange, this.reject(exchange, INTERNAL_ERROR));
  }

  private reject(exchange: Exchange, rejection: Rejection): Reply {
    exchange.mediaType = PLAIN_JSON;
    const body = errorBody(rejection);
    exchange.fields.code = body.errors[0]!.extensions.code;
    return { ...rejection, body: JSON.stringify(body) };
  }

  private reply(exchange: Exchange, body: string, errors?: readonly GraphQLFormattedError[]): Reply {
    const { status, code, retryAfter } = responseHead(errors, exchange.mediaType);
    exchange.fields.code = code;
    return { status, body, headers: retryAfter === undefined ? [] : ['retry-after', retryAfter] };
  }

  private respond(exchange: Exchange, { status, body, headers = [], closes = false }: Reply): void {
    const { request, response, requestId, startedAt, mediaType, rateLimit } = exchange;
    const lines = [
      'content-type',
      mediaType,
      'cache-control',
      'no-store',
      'x-content-type-options',
      'nosniff',
    ];
    lines.push('x-request-id', requestId, 'content-length', String(Buffer.byteLength(body)), ...headers);
    if (rateLimit !== undefined) lines.push('ratelimit', rateLimit);
    if (closes || this.options.stopping()) response.shouldKeepAlive = false;
    // 48 bytes: HTTP/1.1 keeps connections open without a header that says so.
    else if (response.shouldKeepAlive && request.httpVersion === '1.1') response.removeHeader('connection');
    response.writeHead(status, lines);
    response.end(body);
    const ms = performance.now() - startedAt;
    this.options.log(exchange.fields, { requestId, status, ms, client: clientOf(request) });
  }
}

/** Who the client claims to be, by the headers of Apollo's clients. */
const clientOf = ({ headers }: IncomingMessage) => ({
  name: headers['apollographql-client-name'] as string | undefined,
  version: headers['apollographql-client-version'] as string | undefined,
});
