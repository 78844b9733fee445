import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import type {
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
  operation: `${OperationTypeNode}`;
  name: string;
  variables: readonly (readonly [name: string, type: string])[];
  selections: Selection[];
  /** All that are spread in it, also within each other. */
  fragments: FragmentDefinitionNode[];
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
export const documentOf = <TData, TVariables extends OperationVariables>({
  operation,
  name,
  variables,
  selections,
  fragments,
}: Operation): TypedDocumentNode<TData, TVariables> => ({
  kind: 'Document' as Kind.DOCUMENT,
  definitions: [
    {
      kind: 'OperationDefinition' as Kind.OPERATION_DEFINITION,
      operation: operation as OperationTypeNode,
      name: nameNode(name),
      variableDefinitions: variables.map(([variable, type]) => ({
        kind: 'VariableDefinition' as Kind.VARIABLE_DEFINITION,
        variable: variableNode(variable),
        type: typeNode(type),
      })),
      selectionSet: selectionSet(selections),
    },
    ...fragments,
  ],
});
