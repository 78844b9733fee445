import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';

/**
 * The fields of a selection, those of its fragments included. A fragment counts once however often it is spread:
 * its fields are the same, and fragments that spread others twice would double the work at each level.
 */
export function rootFields(
  selection: SelectionSetNode,
  fragment: (name: string) => SelectionSetNode | undefined,
  seen = new Set<string>(),
): FieldNode[] {
  return selection.selections.flatMap((node) => {
    if (node.kind === 'Field') return [node];
    if (node.kind === 'InlineFragment') return rootFields(node.selectionSet, fragment, seen);
    const name = node.name.value;
    const spread = seen.has(name) ? undefined : fragment(name);
    seen.add(name);
    return spread ? rootFields(spread, fragment, seen) : [];
  });
}

/** The operation by its root fields: its name is the client's to choose, and could hold anything. */
export function operationLabel(document: DocumentNode, operation: OperationDefinitionNode): string {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === 'FragmentDefinition' ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  const fields = rootFields(operation.selectionSet, (name) => fragments.get(name));
  return [...new Set(fields.map((field) => field.name.value))].sort().join(',');
}
