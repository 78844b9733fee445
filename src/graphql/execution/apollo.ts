import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';

import type { RequestContext } from '../requestContext';
import type { DocumentRegistry } from './documentRegistry';
import { createErrorFormatter, formatError } from './formatError';
import { operationLabel } from './operationLabel';
import { responseHead } from './responseHead';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly documents: DocumentRegistry;
  readonly production: boolean;
  readonly logger: Logger;
  /** What a document may ask for. */
  readonly limits: Pick<ApolloServerOptions<RequestContext>, 'parseOptions' | 'validationRules'>;
}

/** Apollo Server, for documents that are not compiled and for everything that is wrong with a request. */
export const createApollo = (options: ApolloOptions): ApolloServer<RequestContext> =>
  new ApolloServer<RequestContext>({
    ...options.limits,
    schema: options.schema,
    logger: options.logger,
    introspection: !options.production,
    // "Did you mean …" would disclose the schema that introspection keeps back.
    hideSchemaDetailsFromClientErrors: options.production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    // main.ts decides what a signal does.
    stopOnTerminationSignals: false,
    // The registry knows the texts; what it has not learned is not kept.
    persistedQueries: {
      cache: {
        get: async (key: string) => options.documents.textOf(key.replace(/^apq:/, '')),
        set: async () => undefined,
        delete: async () => false,
      },
    },
    formatError,
    plugins: [ApolloServerPluginLandingPageDisabled(), requestPlugin(options)],
  });

/** Sets the HTTP status, and the fields of the request log. */
function requestPlugin({ documents, logger }: ApolloOptions): ApolloServerPlugin<RequestContext> {
  const formatErrors = createErrorFormatter(logger);
  return {
    requestDidStart: async ({ contextValue: { request } }) => ({
      didResolveOperation: async ({ operation, document, source }) => {
        if (operation) request.fields.operation = operationLabel(document, operation);
        documents.admit(source);
        if (request.isAuthenticated) documents.learn(source);
      },
      // For what it logs.
      didEncounterErrors: async ({ errors }) => void formatErrors(errors, request.requestId),
      willSendResponse: async ({ response: { body, http } }) => {
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        const { status, code, headers } = responseHead(errors, request.mediaType);
        request.fields.code = code;
        // A mutation by GET keeps Apollo Server's 405.
        if (http.status !== 405) http.status = status;
        for (const [name, value] of Object.entries(headers)) http.headers.set(name, value);
      },
    }),
  };
}
