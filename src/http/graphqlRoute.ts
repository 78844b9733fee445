import { HeaderMap, type ApolloServer } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { Logger } from 'pino';

import type { JourneyService } from '../domain/journeyService';
import { HttpContext } from './apollo';
import type { Authenticator } from './authentication';
import type { CompiledDocuments } from './compiledDocuments';
import { createFaultLog } from './errors';
import type { RequestFacts } from './requestFacts';
import { answerShort, shortRequest } from './shortWay';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on GraphQL requests. */
    facts: RequestFacts | null;
  }
}

export interface GraphQLRouteOptions {
  readonly apollo: ApolloServer<HttpContext>;
  readonly documents: CompiledDocuments;
  readonly authenticator: Authenticator;
  readonly journeys: JourneyService;
  readonly logger: Logger;
}

/** `POST` and `GET /graphql`. */
export function addGraphQLRoute(fastify: FastifyInstance, options: GraphQLRouteOptions): void {
  const { apollo, authenticator, documents, journeys } = options;
  const log = createFaultLog(options.logger);
  fastify.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request: FastifyRequest, reply: FastifyReply) => {
      const facts: RequestFacts = { operation: '-', code: 'BAD_REQUEST' };
      request.facts = facts;
      const { authorization } = request.headers;
      const viewer = () => authenticator.viewer(authorization);
      const short = shortRequest(request, documents);
      if (short) {
        facts.operation = short.document.label;
        const answer = await answerShort(short, new HttpContext(journeys, viewer, facts, request.id), log);
        if (answer) {
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
        context: async () => new HttpContext(journeys, viewer, facts, request.id),
      });
      for (const [name, value] of answer.headers) void reply.header(name, value);
      void reply.code(answer.status ?? 200);
      // The schema has neither @defer nor @stream: every body is whole.
      return answer.body.kind === 'complete' ? answer.body.string : '';
    },
  });
}

function headerMap(headers: FastifyRequest['headers']): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
