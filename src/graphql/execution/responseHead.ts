import type { GraphQLFormattedError } from 'graphql';

/** UTF-8 goes without saying in the draft's media type; said, it would add 15 bytes to each poll. */
export const GRAPHQL_RESPONSE = 'application/graphql-response+json';
export const PLAIN_JSON = 'application/json; charset=utf-8';
/** The media types of the GraphQL over HTTP specification. */
export type MediaType = typeof GRAPHQL_RESPONSE | typeof PLAIN_JSON;

/** What HTTP says about a GraphQL result, from its first error. Clients that read plain JSON expect 200 for every well-formed request. */
export function responseHead(errors: readonly GraphQLFormattedError[] | undefined, mediaType: MediaType) {
  // Each error that a client gets was formatted: it has a code and a status.
  const { code, status, retryAfterMs = 1000 } = (errors?.[0]?.extensions ?? SUCCESS) as typeof SUCCESS;
  const isTemporary = status === 429 || status === 503;
  return {
    status: mediaType === GRAPHQL_RESPONSE ? status : 200,
    code,
    headers: isTemporary ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {},
  };
}

const SUCCESS: { code: string; status: number; retryAfterMs?: number } = { code: 'OK', status: 200 };
