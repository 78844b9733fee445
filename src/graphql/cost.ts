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
  type GraphQLSchema,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { Extensions } from 'type-graphql';

/** The largest page, 100 sessions with their live locations, shares and last 10 journeys, costs some 29,700; a trail costs 1,200 more. */
export const MAX_COST = 30_000;
/** The cost of a look-up in a store, in fields of a response. */
const LOOK_UP_COST = 10;

/** What a field adds to the cost of an operation. Root fields are look-ups without saying so. */
export interface FieldCost {
  /** Whether the field needs a look-up of its own: every field below the root that has a resolver says so. */
  readonly isLookUp?: boolean;
  /** The most items that the list can hold: every list says so. */
  readonly maxItems?: number;
  /**
   * The arguments `first` and `last` of this field limit it if it is a list, and the lists below it that are pages; the
   * value when both are left out.
   */
  readonly defaultPageSize?: number;
  /** The list is a page: the arguments `first` and `last` of the field that it belongs to limit it. */
  readonly isPage?: true;
}

/** Declares what a field costs, beside the field. */
export const Cost = (cost: FieldCost): PropertyDecorator & MethodDecorator => Extensions({ cost });

const costOf = (field: GraphQLField<unknown, unknown>): FieldCost =>
  (field.extensions.cost as FieldCost | undefined) ?? {};

/** @throws Error when a list, or a field with a resolver of its own, does not declare its cost; it names them. */
export function requireCosts(schema: GraphQLSchema): void {
  const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType()]);
  const undeclared: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const { isLookUp, maxItems } = costOf(field);
      const needsLookUp = !roots.has(type) && field.resolve !== undefined && isLookUp === undefined;
      if (needsLookUp || (isList(field) && maxItems === undefined))
        undeclared.push(`${type.name}.${field.name}`);
    }
  }
  if (undeclared.length > 0) {
    throw new Error(
      `These fields do not declare their cost: ${undeclared.join(', ')}. A list needs @Cost({ maxItems }), a field with a resolver @Cost({ isLookUp }).`,
    );
  }
}

/**
 * Refuses an operation whose response could become too large: the number of its fields, those in lists multiplied by the
 * greatest length of the list, look-ups weighted. A variable counts as the greatest value that it may have, so the
 * verdict belongs to the document, and a compiled document needs no check with each request. graphql-query-complexity
 * takes the variables of one request: it would cost each poll as much again, and it has no memory for fragments.
 */
export function maxCostRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const root = context.getSchema().getRootType(operation.operation);
      const cost = root ? new CostCalculation(context, root).ofOperation(operation.selectionSet) : 0;
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

class CostCalculation {
  /** By name and page size, however often the fragment is spread. 0 while it is calculated, in case it spreads itself. */
  private readonly fragments = new Map<string, number>();

  constructor(
    private readonly context: ValidationContext,
    private readonly root: GraphQLNamedType,
  ) {}

  ofOperation(selectionSet: SelectionSetNode): number {
    return this.of(selectionSet, this.root, Infinity);
  }

  private of({ selections }: SelectionSetNode, parent: GraphQLNamedType, pageSize: number): number {
    let cost = 0;
    for (const node of selections) {
      if (node.kind === Kind.FIELD) cost += this.ofField(node, parent, pageSize);
      else if (node.kind === Kind.INLINE_FRAGMENT) cost += this.of(node.selectionSet, parent, pageSize);
      else cost += this.ofFragment(node.name.value, pageSize);
    }
    return cost;
  }

  private ofFragment(name: string, pageSize: number): number {
    const key = `${name} ${pageSize}`;
    const known = this.fragments.get(key);
    if (known !== undefined) return known;
    this.fragments.set(key, 0);
    const fragment = this.context.getFragment(name);
    const type = fragment && this.context.getSchema().getType(fragment.typeCondition.name.value);
    const cost = type ? this.of(fragment.selectionSet, type, pageSize) : 0;
    this.fragments.set(key, cost);
    return cost;
  }

  private ofField(node: FieldNode, parent: GraphQLNamedType, pageSize: number): number {
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    // Unknown fields are another rule's matter; introspection reads no store.
    if (!field) return 0;
    const { isLookUp, defaultPageSize, maxItems = 1, isPage } = costOf(field);
    const own = isLookUp || parent === this.root ? LOOK_UP_COST : 1;
    const size = defaultPageSize === undefined ? pageSize : requestedPageSize(node, defaultPageSize);
    const below = node.selectionSet ? this.of(node.selectionSet, getNamedType(field.type), size) : 0;
    if (!isList(field)) return own + below;
    const isSized = isPage || defaultPageSize !== undefined;
    const length = Math.min(maxItems, literalLength(node), isSized ? size : Infinity);
    // One look-up finds the whole list; each item of another list may need one, as with a list of polls.
    return isLookUp ? own + length * (1 + below) : length * (own + below);
  }
}

const isList = (field: GraphQLField<unknown, unknown>): boolean => isListType(getNullableType(field.type));

/** A variable may have any value that the field accepts. */
function requestedPageSize(node: FieldNode, defaultPageSize: number): number {
  const sizes = (node.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last')
    .map(({ value }) => (value.kind === Kind.INT ? Math.max(Number(value.value), 1) : Infinity));
  return sizes.length > 0 ? Math.max(...sizes) : defaultPageSize;
}

/** A list argument that is written out limits the response to its own length. */
function literalLength(node: FieldNode): number {
  const list = node.arguments?.find(({ value }) => value.kind === Kind.LIST)?.value;
  return list?.kind === Kind.LIST ? list.values.length : Infinity;
}
