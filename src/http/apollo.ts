import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';

import type { JourneyService } from '../domain/journeyService';
import { RequestContext } from '../graphql/requestContext';
import { headOf } from './answer';
import { formatError, isInternal } from './errors';
import { limitRules, MAX_TOKENS, rootFields } from './limits';
import type { RequestFacts } from './requestFacts';

/** The resolvers' context, and what the log needs. */
export class HttpContext extends RequestContext {
  constructor(
    journeys: JourneyService,
    viewer: RequestContext['viewer'],
    readonly facts: RequestFacts,
    readonly requestId: string,
  ) {
    super(journeys, viewer);
  }
}

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  readonly logger: Logger;
}

export function createApollo({ schema, production, logger }: ApolloOptions): ApolloServer<HttpContext> {
  return new ApolloServer<HttpContext>({
    schema,
    logger,
    introspection: !production,
    // "Did you mean …" would tell the schema that introspection keeps back.
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // Main.ts decides what a signal does.
    stopOnTerminationSignals: false,
    persistedQueries: false,
    parseOptions: { maxTokens: MAX_TOKENS },
    validationRules: limitRules,
    formatError,
    plugins: [ApolloServerPluginLandingPageDisabled(), reportingPlugin(logger)],
  });
}

/** Tells the log what was asked and what went wrong, and HTTP the status. */
function reportingPlugin(logger: Logger): ApolloServerPlugin<HttpContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, document, contextValue }) => {
        if (operation) contextValue.facts.operation = operationLabel(document, operation);
      },
      didEncounterErrors: async ({ errors, contextValue }) => logFaults(errors, contextValue, logger),
      willSendResponse: async ({ request, response, contextValue }) => {
        const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
        const head = headOf(errors, request.http?.headers.get('accept'));
        contextValue.facts.code = head.code;
        // Apollo's own 405 and 406 stay.
        if (response.http.status === undefined || ![405, 406, 415].includes(response.http.status)) {
          response.http.status = head.status;
        }
        if (head.retryAfter) response.http.headers.set('retry-after', head.retryAfter);
      },
    }),
  };
}

/** The operation by its root fields: its name is the client's to choose, and could hold anything. */
function operationLabel(document: DocumentNode, operation: OperationDefinitionNode): string {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === 'FragmentDefinition' ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const fields = rootFields(operation.selectionSet, (name) => fragments.get(name));
  return [...new Set(fields.map((field) => field.name.value))].sort().join(',');
}

/** Logs what callers are not shown. The message and stack of our own faults hold no user's values. */
function logFaults(errors: readonly GraphQLError[], { requestId }: HttpContext, logger: Logger): void {
  for (const error of errors) {
    const formatted = formatError(error.toJSON(), error);
    const cause = error.originalError ?? error;
    if (isInternal(formatted)) logger.error({ requestId, path: error.path, err: cause }, 'A request failed by our fault');
  }
}
