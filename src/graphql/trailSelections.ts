import { Kind, visit, type GraphQLResolveInfo, type ValueNode } from 'graphql';

type Selection = Pick<GraphQLResolveInfo, 'operation' | 'fragments' | 'variableValues'>;

/** The values of `afterVersion`, of each field `trail` in a document; undefined where it is left out. */
type Arguments = readonly (ValueNode | undefined)[];

/** Whether documents select the trail. Each is looked through once, not with each poll. */
export class TrailSelections {
  private readonly known = new WeakMap<object, Arguments>();

  /** After which version an operation needs the trails of its live locations: the least of all; null: it selects none. */
  after(selection: Selection): number | null {
    let values = this.known.get(selection.operation);
    if (!values) this.known.set(selection.operation, (values = find(selection)));
    if (values.length === 0) return null;
    return Math.min(...values.map((value) => versionOf(value, selection.variableValues)));
  }
}

function find({ operation, fragments }: Selection): Arguments {
  const found: (ValueNode | undefined)[] = [];
  for (const node of [operation, ...Object.values(fragments)]) {
    visit(node, {
      Field({ name, arguments: list }) {
        // LiveLocation alone has a field of this name.
        if (name.value === 'trail') found.push(list?.find((one) => one.name.value === 'afterVersion')?.value);
      },
    });
  }
  return found;
}

function versionOf(value: ValueNode | undefined, variables: Selection['variableValues']): number {
  if (value?.kind === Kind.INT) return Number(value.value);
  const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof given === 'number' ? given : 0;
}
