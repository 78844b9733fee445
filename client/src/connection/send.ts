import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client';

import type { AbortSignalLike } from './abort.js';

interface Sent<TData, TVariables> {
  client: ApolloClient;
  document: TypedDocumentNode<TData, TVariables>;
  variables: TVariables;
  signal: AbortSignalLike;
}

/**
 * Whatever the app's defaults are: an error must reject (by 'all' it would be an answer without data), and no answer may
 * come from the cache, which would show it before the order of answers is judged.
 */
const policies = { fetchPolicy: 'no-cache', errorPolicy: 'none' } as const;

/** The fields of the answer; `dataOf` takes one of them. Each call is a request of its own, which its signal aborts. */
export async function sendQuery<TData, TVariables extends OperationVariables>({
  client,
  document: query,
  variables,
  signal,
}: Sent<TData, TVariables>): Promise<Partial<TData>> {
  const context = { fetchOptions: { signal }, queryDeduplication: false };
  const options = { query, variables, ...policies, context };
  const { data } = await client.query<TData, TVariables>(
    options as ApolloClient.QueryOptions<TData, TVariables>,
  );
  return data ?? {};
}

/** The same for a mutation. */
export async function sendMutation<TData, TVariables extends OperationVariables>({
  client,
  document: mutation,
  variables,
  signal,
}: Sent<TData, TVariables>): Promise<Partial<TData>> {
  const options = { mutation, variables, ...policies, context: { fetchOptions: { signal } } };
  const { data } = await client.mutate<TData, TVariables>(
    options as ApolloClient.MutateOptions<TData, TVariables>,
  );
  return data ?? {};
}
