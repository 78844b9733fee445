import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

import { GRAPHQL_RESPONSE, PLAIN_JSON, type MediaType } from '../graphql/execution/responseHead';

/** Clients send a handful of Accept headers; beyond these, a header is read again. */
const MAX_CACHED_HEADERS = 200;
/** The first one wins where a client accepts both alike. With their charset, which an Accept header may ask for. */
const OFFERED = [PLAIN_JSON, `${GRAPHQL_RESPONSE}; charset=utf-8`];

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
