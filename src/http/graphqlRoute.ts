import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Logger } from 'pino';

import { JourneyError } from '../domain/errors';
import type { JourneyService } from '../domain/journeyService';
import type { Viewer } from '../domain/viewer';
import { responseHead, mediaTypeFor, withoutNeedlessCharset } from '../graphql/execution/responseHead';
import { ExecutionContext } from '../graphql/execution/apollo';
import type { Authenticator } from '../auth/authenticator';
import type { DocumentRegistry } from '../graphql/execution/documentRegistry';
import { createErrorLog, describeError } from '../graphql/execution/formatError';
import type { LoadShedder } from './loadShedding';
import { errorBody } from './errors';
import type { RequestFields } from '../graphql/execution/requestFields';
import type { RequestRate } from './requestRate';
import { answerShort, shortRequest } from './compiledPath';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on GraphQL requests. */
    facts: RequestFields | null;
  }
}

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<ExecutionContext>;
  readonly documents: DocumentRegistry;
  readonly authenticator: Authenticator;
  readonly journeys: JourneyService;
  readonly logger: Logger;
  /** null: every request is taken, however late the process is. */
  readonly shedder: LoadShedder | null;
  /** null: users may ask as often as they like. */
  readonly requestRate: RequestRate | null;
}

/** When to come back to a process that has too much to do; most likely the balancer leads to another one. */
const OVERLOADED_RETRY_MS = 2000;
/** A document of our clients with its variables is some 1,000 long. */
const MAX_URL_LENGTH = 8192;

/** `POST` and `GET /graphql`. */
export function addGraphQLRoute(fastify: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, authenticator, documents, journeys, requestRate } = options;
  const log = createErrorLog(options.logger);
  fastify.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    onRequest: admission(options.shedder),
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const facts = request.facts!;
      const viewer = await identify(authenticator, request.headers.authorization);
      const refusal = requestRate && overRate(requestRate, viewer, request, reply);
      if (refusal) return refusal;
      facts.path = 'apollo';
      const short = shortRequest(request, documents);
      if (short) {
        facts.operation = short.document.label;
        const answer = await answerShort(
          short,
          new ExecutionContext(journeys, viewer, facts, request.id),
          log,
        );
        if (answer) {
          facts.path = 'compiled';
          facts.code = answer.head.code;
          if (answer.head.retryAfter) void reply.header('retry-after', answer.head.retryAfter);
          void reply.code(answer.head.status).header('content-type', answer.contentType);
          // Apollo's own answers are marked so: no cache may keep what a token was needed for.
          void reply.header('cache-control', 'no-store');
          return answer.body;
        }
      }
      const answer = await apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method,
          headers: headerMap(request.headers),
          search: request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : '',
          body: request.body,
        },
        context: async () => new ExecutionContext(journeys, viewer, facts, request.id),
      });
      for (const [name, value] of answer.headers) {
        void reply.header(name, name === 'content-type' ? withoutNeedlessCharset(value) : value);
      }
      void reply.code(answer.status ?? 200);
      // The schema has neither @defer nor @stream: every body is whole.
      return answer.body.kind === 'complete' ? answer.body.string : '';
    },
  });
}

/** Before the body is read: what can be said at once, at little cost. */
const admission =
  (shedder: LoadShedder | null): onRequestHookHandler =>
  (request, reply, done) => {
    request.facts = { operation: '-', code: 'BAD_REQUEST', path: 'rejected' };
    if (request.url.length > MAX_URL_LENGTH) {
      void reply
        .code(414)
        .send(errorBody('BAD_REQUEST', 414, 'The URL is too long: send the request by POST.'));
    } else if (shedder?.refuses()) {
      request.facts.code = 'OVERLOADED';
      const message = `This process has too much to do; try again in ${OVERLOADED_RETRY_MS} ms.`;
      void reply
        .code(503)
        .header('retry-after', OVERLOADED_RETRY_MS / 1000)
        .send(errorBody('OVERLOADED', 503, message, { retryAfterMs: OVERLOADED_RETRY_MS }));
    } else {
      done();
    }
  };

/** Who asks, told when a field wants to know: a bad token is that field's error. */
async function identify(
  authenticator: Authenticator,
  authorization: string | undefined,
): Promise<() => Viewer> {
  try {
    const viewer = await authenticator.viewer(authorization);
    return () => viewer;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Counts the request; the answer, when it is one too many. Strangers are not counted: they cost no more than this. */
function overRate(
  rate: RequestRate,
  viewer: () => Viewer,
  request: FastifyRequest,
  reply: FastifyReply,
): object | undefined {
  try {
    const left = rate.take(viewer());
    if (left !== undefined) void reply.header('ratelimit', left);
    return undefined;
  } catch (error) {
    if (!JourneyError.is(error, 'RATE_LIMITED')) return undefined;
    const { accept } = request.headers;
    const errors = [describeError(error)];
    const head = responseHead(errors, accept);
    request.facts!.code = head.code;
    void reply
      .code(head.status)
      .header('content-type', mediaTypeFor(accept))
      .header('cache-control', 'no-store');
    void reply.header('ratelimit', rate.spent).header('ratelimit-policy', rate.policy);
    if (head.retryAfter) void reply.header('retry-after', head.retryAfter);
    return { errors };
  }
}

function headerMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
