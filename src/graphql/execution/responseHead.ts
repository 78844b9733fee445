import type { GraphQLFormattedError } from 'graphql';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** UTF-8 goes without saying in the draft's media type; said, it would add 15 bytes to each poll. */
const GRAPHQL_RESPONSE = 'application/graphql-response+json';
export const PLAIN_JSON = 'application/json; charset=utf-8';
/** The media types of the GraphQL over HTTP specification. */
export type MediaType = typeof GRAPHQL_RESPONSE | typeof PLAIN_JSON;

/** The first one wins where a client accepts both alike. With their charset, which an Accept header may ask for. */
const OFFERED = [PLAIN_JSON, `${GRAPHQL_RESPONSE}; charset=utf-8`];
/** Clients send a handful of Accept headers; beyond these, a header is read again. */
const MAX_CACHED_HEADERS = 200;

/** Chooses the media type of a response by RFC 9110, section 12.5.1. */
export class MediaTypeNegotiator {
  private readonly chosen = new LRUCache<string, MediaType | 'none'>({
    max: MAX_CACHED_HEADERS,
    memoMethod: (accept) => {
      const offered = new Negotiator({ headers: { accept } }).mediaType(OFFERED);
      return offered === undefined ? 'none' : offered === PLAIN_JSON ? PLAIN_JSON : GRAPHQL_RESPONSE;
    },
  });

  /** undefined: the client accepts neither. */
  choose(accept: string | undefined): MediaType | undefined {
    const chosen = accept ? this.chosen.memo(accept) : PLAIN_JSON;
    return chosen === 'none' ? undefined : chosen;
  }
}

const SUCCESS: { code: string; status: number; retryAfterMs?: number } = { code: 'OK', status: 200 };

/** What HTTP says about a GraphQL result, from its first error. Clients that read plain JSON expect 200 for every well-formed request. */
export function responseHead(errors: readonly GraphQLFormattedError[] | undefined, mediaType: MediaType) {
  // Each error that a client gets was formatted: it has a code and a status.
  const { code, status, retryAfterMs = 1000 } = (errors?.[0]?.extensions ?? SUCCESS) as typeof SUCCESS;
  const isTemporary = status === 429 || status === 503;
  return {
    status: mediaType === GRAPHQL_RESPONSE ? status : 200,
    code,
    headers: (isTemporary ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {}) as Record<
      string,
      string
    >,
  };
}
