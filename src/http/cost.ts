import {
  getNamedType,
  getNullableType,
  GraphQLError,
  isListType,
  isObjectType,
  Kind,
  type ASTVisitor,
  type FieldNode,
  type GraphQLField,
  type GraphQLNamedType,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** A page of 100 sessions with every field of theirs, live location and last journey costs some 5,900. */
export const MAX_COST = 10_000;
/** A look into a store, measured in fields of an answer. */
const LOOK_UP_COST = 10;
const ROOTS = new Set(['Query', 'Mutation']);
/** Beside the root fields, what is looked up; any other field comes with its object. */
export const LOOKED_UP: ReadonlySet<string> = new Set([
  'Session.liveLocation',
  'Session.lastJourney',
  'Journey.session',
]);
/** How long a list can be, where its arguments do not say less. */
export const LONGEST: Readonly<Record<string, number>> = {
  'Query.activeJourneys': 10,
  'Query.liveLocations': 50,
  'SessionConnection.edges': 100,
  'LocationBatchUpdate.results': 100,
};
const LONGEST_OTHER = 100;
const DEFAULT_PAGE = 20;

/**
 * Refuses an operation whose answer could become too big: its fields, those in lists as often as the list is long at
 * most, look-ups counted more. graphql-armor's rule does not serve here: it knows no schema, so it takes `first: $n` and every
 * list without that argument for one object.
 */
export function maxCostRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const root = context.getSchema().getRootType(operation.operation);
      const cost = root ? new Cost(context).of(operation.selectionSet, root, LONGEST_OTHER) : 0;
      if (cost > MAX_COST) {
        context.reportError(
          new GraphQLError(
            `The answer could have a cost of ${cost}; at most ${MAX_COST} is allowed. Ask for smaller pages or fewer fields.`,
            { nodes: [operation] },
          ),
        );
      }
    },
  };
}

class Cost {
  /** By fragment and page, however often it is spread. 0 while it is counted, should it spread itself. */
  private readonly fragments = new Map<string, number>();

  constructor(private readonly context: ValidationContext) {}

  /** `page`: how long the list of a connection is. */
  of({ selections }: SelectionSetNode, parent: GraphQLNamedType, page: number): number {
    let cost = 0;
    for (const node of selections) {
      if (node.kind === Kind.FIELD) cost += this.ofField(node, parent, page);
      else if (node.kind === Kind.INLINE_FRAGMENT) cost += this.of(node.selectionSet, parent, page);
      else cost += this.ofFragment(node.name.value, page);
    }
    return cost;
  }

  private ofFragment(name: string, page: number): number {
    const key = `${name} ${page}`;
    const known = this.fragments.get(key);
    if (known !== undefined) return known;
    this.fragments.set(key, 0);
    const fragment = this.context.getFragment(name);
    const type = fragment && this.context.getSchema().getType(fragment.typeCondition.name.value);
    const cost = type ? this.of(fragment.selectionSet, type, page) : 0;
    this.fragments.set(key, cost);
    return cost;
  }

  private ofField(node: FieldNode, parent: GraphQLNamedType, page: number): number {
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    // Unknown ones are another rule's; those of introspection cost nothing of ours.
    if (!field) return 0;
    const path = `${parent.name}.${field.name}`;
    const own = ROOTS.has(parent.name) || LOOKED_UP.has(path) ? LOOK_UP_COST : 1;
    const below = node.selectionSet
      ? this.of(node.selectionSet, getNamedType(field.type), pageOf(node, field, page))
      : 0;
    return isListType(getNullableType(field.type)) ? lengthOf(node, path, page) * (own + below) : own + below;
  }
}

/** What a field with `first` asks for is the length of the list below it. */
function pageOf(node: FieldNode, field: GraphQLField<unknown, unknown>, page: number): number {
  if (!field.args.some(({ name }) => name === 'first')) return page;
  const value = node.arguments?.find(({ name }) => name.value === 'first')?.value;
  if (!value) return DEFAULT_PAGE;
  // A variable may be anything that the field takes.
  return value.kind === Kind.INT ? Math.min(Math.max(Number(value.value), 1), LONGEST_OTHER) : LONGEST_OTHER;
}

/** A list that is written out says how long its answer is. */
function lengthOf(node: FieldNode, path: string, page: number): number {
  const written = node.arguments?.find(({ value }) => value.kind === Kind.LIST)?.value;
  const asked = written?.kind === Kind.LIST ? written.values.length : Infinity;
  return Math.min(LONGEST[path] ?? LONGEST_OTHER, asked, path.endsWith('.edges') ? page : Infinity);
}
