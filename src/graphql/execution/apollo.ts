import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import type { Logger } from 'pino';

import type { JourneyService } from '../../domain/journeyService';
import { RequestContext } from '../requestContext';
import { responseHead } from './responseHead';
import type { DocumentRegistry } from './documentRegistry';
import { createErrorLog, formatError, type ErrorLog } from './formatError';
import { operationLabel } from './operationLabel';
import type { RequestFields } from './requestFields';

/** The resolvers' context, and what the log needs. */
export class ExecutionContext extends RequestContext {
  constructor(
    journeys: JourneyService,
    viewer: RequestContext['viewer'],
    readonly facts: RequestFields,
    readonly requestId: string,
  ) {
    super(journeys, viewer);
  }
}

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly documents: DocumentRegistry;
  readonly production: boolean;
  readonly logger: Logger;
  /** What a document may ask for, before any of it is executed. */
  readonly limits: { readonly maxTokens: number; readonly rules: readonly ValidationRule[] };
}

export function createApollo({
  schema,
  documents,
  production,
  logger,
  limits,
}: ApolloOptions): ApolloServer<ExecutionContext> {
  return new ApolloServer<ExecutionContext>({
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
    // Our own clients' documents alone, by hash: what anybody else registers is not kept.
    persistedQueries: { cache: trustedDocumentCache(documents) },
    parseOptions: { maxTokens: limits.maxTokens },
    validationRules: [...limits.rules],
    formatError,
    plugins: [ApolloServerPluginLandingPageDisabled(), reportingPlugin(createErrorLog(logger), documents)],
  });
}

/** Tells the log what was asked and what went wrong, and HTTP the status. */
function reportingPlugin(log: ErrorLog, documents: DocumentRegistry): ApolloServerPlugin<ExecutionContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, document, source, contextValue }) => {
        if (operation) contextValue.facts.operation = operationLabel(document, operation);
        documents.admit(source);
        // Parsed, valid and within the limits: it may go the short way soon. Compiling takes some ms, and room: not
        // for strangers.
        if (isAuthenticated(contextValue)) documents.learn(source);
      },
      didEncounterErrors: async ({ errors, contextValue }) => {
        for (const error of errors) log(formatError(error.toJSON(), error), error, contextValue.requestId);
      },
      willSendResponse: async ({ request, response, contextValue }) => {
        const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
        const head = responseHead(errors, request.http?.headers.get('accept'));
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

function isAuthenticated({ viewer }: ExecutionContext): boolean {
  try {
    viewer();
    return true;
  } catch {
    return false;
  }
}

/** Apollo's cache of persisted queries, filled by the manifest and never by requests. */
const trustedDocumentCache = (documents: DocumentRegistry) => ({
  get: async (key: string) => documents.textOf(key.replace(/^apq:/, '')),
  set: async () => undefined,
  delete: async () => false,
});
