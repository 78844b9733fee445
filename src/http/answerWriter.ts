import build, { type Schema } from 'fast-json-stringify';
import {
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';

/** How the built-in scalars look in JSON; enums and other scalars are text. */
const scalars: Readonly<Record<string, string>> = { Int: 'integer', Float: 'number', Boolean: 'boolean' };

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;
interface JsonSchema {
  type: string;
  nullable?: boolean;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

/**
 * Compiles a function that writes the data of one operation as JSON: what fields there can be, and of which types, is
 * known, which makes it three times as quick as JSON.stringify. For answers without errors.
 */
export function compileWriter(
  root: GraphQLObjectType,
  selection: SelectionSetNode,
  fragments: Fragments,
): (answer: { data: unknown }) => string {
  const data = { type: 'object', properties: propertiesOf(root, [selection], fragments) };
  return build({ type: 'object', properties: { data } } as Schema);
}

function propertiesOf(
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
  fragments: Fragments,
): Record<string, JsonSchema> {
  const fields = new Map<string, FieldNode[]>();
  for (const selection of selections) collect(selection, fragments, fields);
  return Object.fromEntries(
    [...fields].map(([name, nodes]) => {
      // Not among a type's fields: __typename.
      const field = type.getFields()[nodes[0]!.name.value];
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
      return [name, field ? schemaOf(field.type, below, fragments) : { type: 'string' }];
    }),
  );
}

/** Our types have neither interfaces nor unions: a fragment's fields are all its object's. */
function collect(
  { selections }: SelectionSetNode,
  fragments: Fragments,
  fields: Map<string, FieldNode[]>,
): void {
  for (const node of selections) {
    if (node.kind === Kind.FIELD) {
      const name = (node.alias ?? node.name).value;
      fields.set(name, [...(fields.get(name) ?? []), node]);
    } else if (node.kind === Kind.INLINE_FRAGMENT) collect(node.selectionSet, fragments, fields);
    else collect(fragments[node.name.value]!.selectionSet, fragments, fields);
  }
}

function schemaOf(
  type: GraphQLOutputType,
  selections: readonly SelectionSetNode[],
  fragments: Fragments,
): JsonSchema {
  if (isNonNullType(type)) return { ...schemaOf(type.ofType, selections, fragments), nullable: false };
  if (isListType(type)) {
    return { type: 'array', items: schemaOf(type.ofType, selections, fragments), nullable: true };
  }
  if (isObjectType(type)) {
    return { type: 'object', properties: propertiesOf(type, selections, fragments), nullable: true };
  }
  if (isLeafType(type)) return { type: scalars[type.name] ?? 'string', nullable: true };
  throw new Error(`${getNamedType(type).name} is of a kind that this service's schema does not have`);
}
