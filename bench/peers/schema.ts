import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphQLScalarType } from 'graphql';

/** The contract itself: every GraphQL peer serves the same schema. */
export const typeDefs = readFileSync(join(__dirname, '../../schema.graphql'), 'utf8');

export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  serialize: (epochMs) => new Date(epochMs as number).toISOString(),
  parseValue: (text) => Date.parse(String(text)),
});
