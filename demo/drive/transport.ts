import { ApolloClient, InMemoryCache, type ApolloLink } from '@apollo/client';
import { apolloTransport, journeyLink, type JourneyTransport } from '../../client/src/core';

export interface TransportOptions {
  /** The address of the GraphQL endpoint. */
  readonly url: string;
  /** Asked before each request, so that a token may be renewed. */
  readonly token: () => string;
}

/**
 * A trainer's phone on the service's own HTTP API, as an app with `@journey/client` has it. The casts: the types of
 * Apollo Client exist once for `import` and once for `require`, and TypeScript takes them for two packages.
 */
export function serviceTransport({ url, token }: TransportOptions): JourneyTransport {
  const link = journeyLink({ uri: url, token }) as unknown as ApolloLink;
  const client = new ApolloClient({ cache: new InMemoryCache(), link });
  return apolloTransport(client as unknown as Parameters<typeof apolloTransport>[0]);
}
