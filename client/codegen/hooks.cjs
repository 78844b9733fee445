/** Writes `useXQuery` and `useXMutation` for Apollo Client 4, and the list of trusted documents with their hashes. */
const { operationsOf } = require('./operations.cjs');

const hook = ({ name, kind, needsVariables }) => {
  const type = `${name}${kind}`;
  const hookName = `use${kind}`;
  const optional = kind === 'Query' && needsVariables ? '' : '?';
  const result = kind === 'Query' ? 'Result' : 'ResultTuple';
  return `export function use${type}(
  options${optional}: ${hookName}.Options<Types.${type}, Types.${type}Variables>,
): ${hookName}.${result}<Types.${type}, Types.${type}Variables> {
  return ${hookName}(Types.${name}Document, options${optional && kind === 'Query' ? ' ?? {}' : ''});
}`;
};

exports.plugin = (_schema, files) => {
  const operations = operationsOf(files);
  const trusted = operations.map(
    ({ name, sha256Hash }) => `  { document: Types.${name}Document, sha256Hash: '${sha256Hash}' },`,
  );
  return {
    prepend: [
      "import { useMutation, useQuery } from '@apollo/client/react';",
      "import * as Types from './operations.js';",
    ],
    content: [
      ...operations.map(hook),
      `export const trustedDocuments = [\n${trusted.join('\n')}\n] as const;\n`,
    ].join('\n\n'),
  };
};
