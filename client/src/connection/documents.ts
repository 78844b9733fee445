import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  FragmentSpreadNode,
  Kind,
  NameNode,
  OperationTypeNode,
  SelectionSetNode,
  TypeNode,
  VariableNode,
} from 'graphql';

/** A field; a field with its parameters, each of which takes the variable of its name, and its own fields; `...Fragment`. */
export type Selection = string | readonly [name: string, parameters: readonly string[], fields?: Selection[]];

interface Operation {
  /** Default `query`. */
  operation?: `${OperationTypeNode}`;
  name: string;
  /** The type of each, by its name. */
  variables: Readonly<Record<string, string>>;
  selections: Selection[];
  /** All that are spread in it, also within each other. */
  fragments?: FragmentDefinitionNode[];
  /** SHA-256 of the text in base64, which is a third shorter to download than in hexadecimal. */
  sha256: string;
}

/**
 * The hash of each generated document, so that no app needs to compute SHA-256, and downloads only the hashes of the
 * documents that it uses. By the document itself, not in it: a changed copy has another text, and must have no hash.
 */
const hashes = new WeakMap<DocumentNode, string>();

/** Of every browser, of Node since 16 and of React Native since 0.74. */
declare function atob(base64: string): string;

const hexadecimal = (base64: string): string =>
  [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** In hexadecimal. Undefined: not a generated document, or a changed copy of one. */
export function hashOf(document: DocumentNode): string | undefined {
  const sha256 = hashes.get(document);
  return sha256 && hexadecimal(sha256);
}

const nameNode = (value: string): NameNode => ({ kind: 'Name' as Kind.NAME, value });

const variableNode = (name: string): VariableNode => ({
  kind: 'Variable' as Kind.VARIABLE,
  name: nameNode(name),
});

/** `ID`, `ID!`, `[ID!]!`. */
function typeNode(type: string): TypeNode {
  if (type.endsWith('!'))
    return { kind: 'NonNullType' as Kind.NON_NULL_TYPE, type: typeNode(type.slice(0, -1)) } as TypeNode;
  if (type.startsWith('[')) return { kind: 'ListType' as Kind.LIST_TYPE, type: typeNode(type.slice(1, -1)) };
  return { kind: 'NamedType' as Kind.NAMED_TYPE, name: nameNode(type) };
}

function selectionNode(selection: Selection): FieldNode | FragmentSpreadNode {
  const [name, parameters, fields] = typeof selection === 'string' ? [selection] : selection;
  if (name.startsWith('...'))
    return { kind: 'FragmentSpread' as Kind.FRAGMENT_SPREAD, name: nameNode(name.slice(3)) };
  return {
    kind: 'Field' as Kind.FIELD,
    name: nameNode(name),
    arguments: parameters?.map((each) => ({
      kind: 'Argument' as Kind.ARGUMENT,
      name: nameNode(each),
      value: variableNode(each),
    })),
    selectionSet: fields && withTypename(fields),
  };
}

const selectionSet = (selections: Selection[]): SelectionSetNode => ({
  kind: 'SelectionSet' as Kind.SELECTION_SET,
  selections: selections.map(selectionNode),
});

/** As Apollo Client has it everywhere but in an operation itself. */
const withTypename = (selections: Selection[]): SelectionSetNode =>
  selectionSet([...selections, '__typename']);

/** For generated code: the definition of a fragment. */
export const fragmentOf = (name: string, type: string, selections: Selection[]): FragmentDefinitionNode => ({
  kind: 'FragmentDefinition' as Kind.FRAGMENT_DEFINITION,
  name: nameNode(name),
  typeCondition: { kind: 'NamedType' as Kind.NAMED_TYPE, name: nameNode(type) },
  selectionSet: withTypename(selections),
});

/** For generated code: the document of an operation. */
export function documentOf<TData, TVariables extends OperationVariables>({
  operation = 'query',
  name,
  variables,
  selections,
  fragments = [],
  sha256,
}: Operation): TypedDocumentNode<TData, TVariables> {
  const document: DocumentNode = {
    kind: 'Document' as Kind.DOCUMENT,
    definitions: [
      {
        kind: 'OperationDefinition' as Kind.OPERATION_DEFINITION,
        operation: operation as OperationTypeNode,
        name: nameNode(name),
        variableDefinitions: Object.entries(variables).map(([variable, type]) => ({
          kind: 'VariableDefinition' as Kind.VARIABLE_DEFINITION,
          variable: variableNode(variable),
          type: typeNode(type),
        })),
        selectionSet: selectionSet(selections),
      },
      ...fragments,
    ],
  };
  hashes.set(document, sha256);
  return document;
}
