/**
 * Apollo Client adds `__typename` to every selection before it sends a document. Put there when the documents are
 * generated, the text that travels is the text in the manifest, and so is its hash.
 */
const { Kind, visit } = require('graphql');

const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const withTypename = (document) =>
  visit(document, {
    SelectionSet(node, _key, parent) {
      if (parent.kind === Kind.OPERATION_DEFINITION) return undefined;
      if (node.selections.some((selection) => selection.name?.value === '__typename')) return undefined;
      return { ...node, selections: [...node.selections, typename] };
    },
  });

exports.transform = ({ documents }) =>
  documents.map((file) => ({ ...file, document: withTypename(file.document) }));
