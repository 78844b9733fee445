import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client';
import type { OperationDefinitionNode } from 'graphql';

import type { AbortSignalLike } from './abort.js';
import { FailureError, failure } from './failure.js';

/** Each operation of this package asks for one root field. */
type RootField<TData> = NonNullable<TData[Exclude<keyof TData, '__typename'>]>;

/** Each call is a request of its own, which its signal aborts. It resolves with the answer's root field. */
export type Send = <TData, TVariables extends OperationVariables>(
  document: TypedDocumentNode<TData, TVariables>,
  variables: TVariables,
  signal: AbortSignalLike,
) => Promise<RootField<TData>>;

/**
 * Whatever the app's defaults are: an error must reject (by 'all' it would be an answer without data), and no answer may
 * come from the cache, which would show it before the order of answers is judged.
 */
const policies = { fetchPolicy: 'no-cache', errorPolicy: 'none' } as const;

export const sendBy =
  (client: ApolloClient): Send =>
  async (document, variables, signal) => {
    const context = { fetchOptions: { signal }, queryDeduplication: false };
    const options = { variables, ...policies, context };
    const { operation } = document.definitions[0] as OperationDefinitionNode;
    const { data } =
      operation === 'query'
        ? await client.query({ query: document, ...options } as ApolloClient.QueryOptions<
            Record<string, unknown>
          >)
        : await client.mutate({ mutation: document, ...options } as ApolloClient.MutateOptions<
            Record<string, unknown>
          >);
    const [field] = Object.values<unknown>(data ?? {});
    // An answer without it would otherwise break whoever reads it.
    if (field === null || field === undefined)
      throw new FailureError(failure('SERVER', 'The answer has no data.'));
    return field as never;
  };
