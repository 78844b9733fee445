/** What both plugins know of the documents: each operation with its own fragments, printed as Apollo Client prints it. */
const { createHash } = require('node:crypto');
const { Kind, concatAST, print, separateOperations } = require('graphql');

/** In the order of the typed documents: the operation, then its fragments as they are declared. */
const inOrder = ({ definitions }) => [
  ...definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION),
  ...definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
];

exports.operationsOf = (files) =>
  Object.entries(separateOperations(concatAST(files.map(({ document }) => document)))).map(
    ([name, document]) => {
      const definitions = inOrder(document);
      const [operation] = definitions;
      const text = print({ kind: Kind.DOCUMENT, definitions });
      return {
        name,
        kind: operation.operation === 'query' ? 'Query' : 'Mutation',
        needsVariables: operation.variableDefinitions.some(({ type }) => type.kind === Kind.NON_NULL_TYPE),
        text,
        sha256Hash: createHash('sha256').update(text).digest('hex'),
      };
    },
  );
