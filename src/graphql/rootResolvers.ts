import type { GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { getMetadataStorage } from 'type-graphql';

import type { RequestContext } from './requestContext';

type Storage = ReturnType<typeof getMetadataStorage>;
type Parameter = Storage['params'][number];
type Arguments = Readonly<Record<string, unknown>>;
type ReadParameter = (args: Arguments, context: RequestContext, info: GraphQLResolveInfo) => unknown;

/**
 * Lets each root field call its resolver's method directly. What type-graphql puts before it makes a promise for each
 * argument, which is a twentieth of a poll's CPU. `check` throws when an argument breaks the rules of its input type.
 *
 * @throws Error when a method has a parameter of another kind than @Arg, @Ctx and @Info
 */
export function callMethodsDirectly(
  schema: GraphQLSchema,
  resolvers: ReadonlyMap<unknown, unknown>,
  check: (argument: unknown) => void,
): void {
  const { queries, mutations } = getMetadataStorage();
  const bind = (type: GraphQLObjectType, methods: Storage['queries']): void => {
    for (const { schemaName, methodName, target, params } of methods) {
      const resolver = resolvers.get(target) as Record<string, (...values: unknown[]) => unknown> | undefined;
      // The storage is global: it has the resolvers of every schema.
      if (!resolver) continue;
      const readers = [...params!]
        .sort((one, other) => one.index - other.index)
        .map((parameter) => readerOf(parameter, check));
      type.getFields()[schemaName]!.resolve = (_root, args: Arguments, context, info) =>
        resolver[methodName]!(...readers.map((read) => read(args, context as RequestContext, info)));
    }
  };
  bind(schema.getQueryType()!, queries);
  bind(schema.getMutationType()!, mutations);
}

function readerOf(parameter: Parameter, check: (argument: unknown) => void): ReadParameter {
  switch (parameter.kind) {
    case 'context':
      return (_args, context) => context;
    case 'info':
      return (_args, _context, info) => info;
    case 'arg': {
      const { name } = parameter;
      const target = parameter.getType();
      const isInput = getMetadataStorage().inputTypes.some((input) => input.target === target);
      if (!isInput) return (args) => args[name];
      return (args) => {
        const input = toInput(target as new () => object, args[name]);
        check(input);
        return input;
      };
    }
    default:
      throw new Error(
        `${parameter.target.name}.${parameter.methodName} has a parameter of the kind ${parameter.kind}`,
      );
  }
}

/** Makes an input an instance of its class, by which its rules are found. */
const toInput = (target: new () => object, value: unknown): unknown => {
  if (value == null) return value;
  return Array.isArray(value)
    ? value.map((item) => toInput(target, item))
    : Object.assign(new target(), value);
};
