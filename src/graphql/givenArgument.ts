import { Kind, type GraphQLResolveInfo } from 'graphql';

/**
 * Whether the caller itself gave an argument, as a value or by a variable that has one. A default of the schema looks
 * the same to a resolver, though it may not contradict what the caller gave.
 */
export function isGiven({ fieldNodes, variableValues }: GraphQLResolveInfo, argument: string): boolean {
  const value = fieldNodes[0]?.arguments?.find(({ name }) => name.value === argument)?.value;
  if (!value || value.kind === Kind.NULL) return false;
  return value.kind !== Kind.VARIABLE || variableValues[value.name.value] != null;
}
