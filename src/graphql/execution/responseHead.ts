import type { GraphQLFormattedError } from 'graphql';

/** UTF-8 goes without saying in the draft's media type; said, it would add 15 bytes to each poll. */
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';
export const PLAIN_JSON = 'application/json; charset=utf-8';
/** The media types of the GraphQL over HTTP specification. */
export type MediaType = typeof GRAPHQL_RESPONSE | typeof PLAIN_JSON;

export interface ResponseHead {
  readonly status: number;
  /** Seconds, for 429 and 503. */
  readonly retryAfter: string | undefined;
  /** `OK`, or the first error's code. */
  readonly code: string;
}

const SUCCESS: ResponseHead = { status: 200, retryAfter: undefined, code: 'OK' };

/** What HTTP says about a GraphQL result, from its first error. Clients that read plain JSON expect 200 for every well-formed request. */
export function responseHead(
  errors: readonly GraphQLFormattedError[] | undefined,
  mediaType: MediaType,
): ResponseHead {
  const first = errors?.[0]?.extensions;
  if (!first) return SUCCESS;
  const status = typeof first.status === 'number' ? first.status : 500;
  const retryAfterMs = typeof first.retryAfterMs === 'number' ? first.retryAfterMs : 1000;
  return {
    status: mediaType === GRAPHQL_RESPONSE ? status : 200,
    retryAfter: status === 429 || status === 503 ? String(Math.ceil(retryAfterMs / 1000)) : undefined,
    code: String(first.code),
  };
}
