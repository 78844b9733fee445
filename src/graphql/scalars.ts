import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTimeISO } from 'graphql-scalars';

/** RFC 3339 in, RFC 3339 in UTC with milliseconds out. Resolvers return epoch milliseconds and receive a `Date`. */
export const DateTime = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'A moment: RFC 3339, UTC, with milliseconds, e.g. `2026-11-23T09:30:00.000Z`.',
  // graphql-scalars would return a Date, which JSON.stringify would convert to text again.
  serialize: (epochMs) => new Date(epochMs as number).toISOString(),
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
});
