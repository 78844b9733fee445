/** What both plugins know of the documents: each operation with its own fragments, printed as Apollo Client prints it. */
const { createHash } = require('node:crypto');
const { Kind, concatAST, print } = require('graphql');

const fragmentsUsedBy = (node, fragments, used = new Map()) => {
  for (const selection of node.selectionSet.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD && !used.has(selection.name.value)) {
      const fragment = fragments.get(selection.name.value);
      used.set(fragment.name.value, fragment);
      fragmentsUsedBy(fragment, fragments, used);
    } else if (selection.selectionSet) {
      fragmentsUsedBy(selection, fragments, used);
    }
  }
  return used;
};

exports.operationsOf = (files) => {
  const { definitions } = concatAST(files.map(({ document }) => document));
  const fragments = new Map(
    definitions
      .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  return definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const document = [operation, ...fragmentsUsedBy(operation, fragments).values()];
      const text = print({ kind: Kind.DOCUMENT, definitions: document });
      return {
        name: operation.name.value,
        kind: operation.operation === 'query' ? 'Query' : 'Mutation',
        needsVariables: operation.variableDefinitions.some(({ type }) => type.kind === Kind.NON_NULL_TYPE),
        text,
        sha256Hash: createHash('sha256').update(text).digest('hex'),
      };
    });
};
