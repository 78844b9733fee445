import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client';

import type { AbortSignalLike } from './abort.js';
import { FailureError, failure } from './failure.js';

interface Sent<TData, TVariables, TField extends keyof TData> {
  client: ApolloClient;
  document: TypedDocumentNode<TData, TVariables>;
  variables: TVariables;
  /** The root field that is wanted of the answer. */
  field: TField;
  signal: AbortSignalLike;
}

/**
 * Whatever the app's defaults are: an error must reject (by 'all' it would be an answer without data), and no answer may
 * come from the cache, which would show it before the order of answers is judged.
 */
const policies = { fetchPolicy: 'no-cache', errorPolicy: 'none' } as const;

/** The answer's field, or a failure: an answer without it would otherwise break whoever reads it. */
function fieldOf<TData, TField extends keyof TData>(
  data: TData | null | undefined,
  field: TField,
): NonNullable<TData[TField]> {
  const value = data?.[field];
  if (value === null || value === undefined)
    throw new FailureError(failure('SERVER', `The answer has no ${String(field)}.`));
  return value;
}

/** One field of the answer. Each call is a request of its own, which its signal aborts. */
export async function sendQuery<TData, TVariables extends OperationVariables, TField extends keyof TData>({
  client,
  document: query,
  variables,
  field,
  signal,
}: Sent<TData, TVariables, TField>): Promise<NonNullable<TData[TField]>> {
  const context = { fetchOptions: { signal }, queryDeduplication: false };
  const options = { query, variables, ...policies, context };
  const { data } = await client.query<TData, TVariables>(
    options as ApolloClient.QueryOptions<TData, TVariables>,
  );
  return fieldOf(data, field);
}

/** The same for a mutation. */
export async function sendMutation<TData, TVariables extends OperationVariables, TField extends keyof TData>({
  client,
  document: mutation,
  variables,
  field,
  signal,
}: Sent<TData, TVariables, TField>): Promise<NonNullable<TData[TField]>> {
  const options = { mutation, variables, ...policies, context: { fetchOptions: { signal } } };
  const { data } = await client.mutate<TData, TVariables>(
    options as ApolloClient.MutateOptions<TData, TVariables>,
  );
  return fieldOf(data as TData | null | undefined, field);
}
