import { ApolloLink, HttpLink } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { from, identity, switchMap, tap, timeout } from 'rxjs';

import { hashOf } from './documents.js';
import { FailureError, failure, failureOf } from './failure.js';
import { clientVersion } from '../generated/version.js';

export interface TrustedDocumentsOptions {
  /** Sends queries by GET. Off: variables then stand in the URL, which proxies like to log. */
  useGetForQueries?: boolean;
}

/**
 * Sends the hash of a document that the service was built with, instead of its text; with the text as well if the
 * service does not know it (an app that is newer than the service). Any other document passes as it is, whatever its
 * operation is called, and so does a changed copy of a generated document.
 */
export function trustedDocumentsLink({ useGetForQueries = false }: TrustedDocumentsOptions = {}): ApolloLink {
  const byHash = new PersistedQueryLink({
    generateHash: (document) => hashOf(document) ?? '',
    useGETForHashedQueries: useGetForQueries,
  });
  return ApolloLink.split(({ query }) => hashOf(query) !== undefined, byHash);
}

export interface JourneyLinkOptions extends TrustedDocumentsOptions {
  uri: string;
  /**
   * The bearer token, asked for with each request, so that a renewed one is used at once; null: none. One that rejects
   * fails the request as UNAUTHENTICATED.
   */
  token: () => string | null | Promise<string | null>;
  /** Default: the platform's. On React Native hand in `expo/fetch`: the built-in one needs a timer to resolve. */
  fetch?: HttpLink.Options['fetch'];
  /** Who asks, for the service's metrics: headers `apollographql-client-name` and `-version`. Default: this package. */
  app?: { name: string; version: string };
}

/** For whatever has no abort signal of its own: the app's own queries and mutations. */
const TIMEOUT_MS = 10_000;

const thisPackage = { name: '@journey/client', version: clientVersion };

/** Everything between Apollo Client and the service. */
export class JourneyLink extends ApolloLink {
  private readonly withoutToken: ApolloLink;
  /** Undefined until the service refused one. */
  private refusedToken: string | null | undefined;

  constructor(private readonly options: JourneyLinkOptions) {
    super();
    const { uri, token: _, fetch, app = thisPackage, ...trusted } = options;
    const http = new HttpLink({
      uri,
      clientAwareness: app,
      ...(fetch ? { fetch } : {}),
      // Lets a GET pass the service's protection against forged cross-site requests; POST has it by its content type.
      ...(trusted.useGetForQueries ? { headers: { 'apollo-require-preflight': 'true' } } : {}),
    });
    this.withoutToken = ApolloLink.from([trustedDocumentsLink(trusted), http]);
  }

  override request(
    operation: ApolloLink.Operation,
    forward: ApolloLink.ForwardFunction,
  ): ReturnType<ApolloLink['request']> {
    return from(this.token()).pipe(
      switchMap((token) => {
        if (token)
          operation.setContext(({ headers }) => ({
            headers: { ...(headers as Record<string, string> | undefined), authorization: `Bearer ${token}` },
          }));
        return this.withoutToken.request(operation, forward).pipe(
          tap({
            next: (result) => this.onAnswered(token, isUnauthenticated(result)),
            error: (error) => this.onAnswered(token, failureOf(error).status === 401),
          }),
        );
      }),
      // A phone that changed its network holds a dead connection for minutes.
      (operation.getContext()['fetchOptions'] as { signal?: unknown } | undefined)?.signal
        ? identity
        : timeout({ first: TIMEOUT_MS }),
    );
  }

  /** Whether there is another token than the one that the service refused: then it is worth trying again at once. */
  async hasNewToken(): Promise<boolean> {
    if (this.refusedToken === undefined) return false;
    const token = await this.token().catch(() => this.refusedToken);
    return token !== this.refusedToken;
  }

  private async token(): Promise<string | null> {
    try {
      return await this.options.token();
    } catch {
      // Nothing of the error is shown: it may quote a token.
      throw new FailureError(failure('UNAUTHENTICATED', 'The app has no token: token() failed.'));
    }
  }

  private onAnswered(token: string | null, refused: boolean): void {
    if (refused) this.refusedToken = token;
    else if (token === this.refusedToken) this.refusedToken = undefined;
  }
}

const isUnauthenticated = (result: ApolloLink.Result): boolean =>
  'errors' in result && result.errors?.[0]?.extensions?.['code'] === 'UNAUTHENTICATED';

export const journeyLink = (options: JourneyLinkOptions): JourneyLink => new JourneyLink(options);
