/** Writes `useXQuery` and `useXMutation` for Apollo Client 4. */
const { operationsOf } = require('./operations.cjs');

const queryHook = ({ name, needsVariables }) => `export function use${name}Query(
  options${needsVariables ? '' : '?'}: useQuery.Options<Types.${name}Query, Types.${name}QueryVariables> & { returnPartialData?: false },
): useQuery.Result<Types.${name}Query, Types.${name}QueryVariables, 'empty' | 'complete' | 'streaming'> {
  return useQuery(Types.${name}Document, options${needsVariables ? '' : ' ?? {}'});
}`;

// The variables of a mutation are known when it is called, and are required there.
const mutationHook = ({ name }) => `export function use${name}Mutation(
  options?: Omit<useMutation.Options<Types.${name}Mutation, Types.${name}MutationVariables>, 'variables' | 'errorPolicy'>,
): useMutation.ResultTuple<Types.${name}Mutation, Types.${name}MutationVariables> {
  return useMutation(Types.${name}Document, options);
}`;

exports.plugin = (_schema, files) => ({
  prepend: [
    "import { useMutation, useQuery } from '@apollo/client/react';\n",
    "import * as Types from './operations.js';\n",
  ],
  content: operationsOf(files)
    .map((operation) => (operation.kind === 'Query' ? queryHook : mutationHook)(operation))
    .join('\n\n')
    .concat('\n'),
});
