import type { GraphQLFormattedError } from 'graphql';

/** UTF-8 goes without saying in the draft's media type; said, it would take 15 bytes of each poll. */
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** The status of each error answered to clients that read plain JSON stays 200; the media type of the GraphQL over HTTP draft carries it. */
export const wantsStatus = (accept: string | undefined): boolean =>
  accept !== undefined && accept.includes(GRAPHQL_RESPONSE);

/** UTF-8 goes without saying in the draft's media type; saying it would take 15 bytes of each poll. */
export const mediaTypeFor = (accept: string | undefined): string =>
  wantsStatus(accept) ? GRAPHQL_RESPONSE : 'application/json; charset=utf-8';

/** Apollo's own says the charset. */
export const withoutNeedlessCharset = (mediaType: string): string =>
  mediaType.startsWith(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : mediaType;

export interface ResponseHead {
  readonly status: number;
  /** Seconds, for 429 and 503. */
  readonly retryAfter: string | undefined;
  /** `OK`, or the first error's code. */
  readonly code: string;
}

/** The HTTP side of a GraphQL answer, from its first error. */
export function responseHead(
  errors: readonly GraphQLFormattedError[] | undefined,
  accept: string | undefined,
): ResponseHead {
  const first = errors?.[0]?.extensions;
  if (!first) return { status: 200, retryAfter: undefined, code: 'OK' };
  const status = typeof first.status === 'number' ? first.status : 500;
  const retryAfterMs = typeof first.retryAfterMs === 'number' ? first.retryAfterMs : 1000;
  return {
    status: wantsStatus(accept) ? status : 200,
    retryAfter: status === 429 || status === 503 ? String(Math.ceil(retryAfterMs / 1000)) : undefined,
    code: String(first.code),
  };
}
