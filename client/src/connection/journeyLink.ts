import { ApolloLink, HttpLink } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { print } from '@apollo/client/utilities';

import { trustedDocuments } from '../generated/trusted-documents.js';

export interface TrustedDocumentsOptions {
  /** Sends queries by GET. Off: variables then stand in the URL, which proxies like to log. */
  useGetForQueries?: boolean;
}

/**
 * Sends the hash of a document that the service was built with, instead of its text; with the text as well if the
 * service does not know it (an app that is newer than the service). Any other document passes as it is: only a text
 * that equals the trusted one counts, whatever an operation is called.
 */
export function trustedDocumentsLink({ useGetForQueries = false }: TrustedDocumentsOptions = {}): ApolloLink {
  const hashes = new Map(trustedDocuments.map(({ document, sha256Hash }) => [print(document), sha256Hash]));
  const byHash = new PersistedQueryLink({
    generateHash: (document) => hashes.get(print(document)) ?? '',
    useGETForHashedQueries: useGetForQueries,
  });
  return ApolloLink.split(({ query }) => hashes.has(print(query)), byHash);
}

export interface JourneyLinkOptions extends TrustedDocumentsOptions {
  uri: string;
  /** The bearer token, asked for with each request, so that a renewed one is taken at once; null: none. */
  token: () => string | null | Promise<string | null>;
  /** Default: the platform's. */
  fetch?: HttpLink.Options['fetch'];
}

/** All that lies between Apollo Client and the service. */
export function journeyLink({ uri, token, fetch, ...trusted }: JourneyLinkOptions): ApolloLink {
  const withToken = new SetContextLink(async ({ headers }) => {
    const bearer = await token();
    return { headers: { ...headers, ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) } };
  });
  const http = new HttpLink({
    uri,
    ...(fetch ? { fetch } : {}),
    // Lets a GET pass the service's protection against forged cross-site requests; POST has it by its content type.
    ...(trusted.useGetForQueries ? { headers: { 'apollo-require-preflight': 'true' } } : {}),
  });
  return ApolloLink.from([withToken, trustedDocumentsLink(trusted), http]);
}
