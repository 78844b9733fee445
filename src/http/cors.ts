import type { IncomingMessage, ServerResponse } from 'node:http';
import cors from 'cors';

/** What a script of another origin may read of a response. */
const EXPOSED_HEADERS = ['retry-after', 'ratelimit', 'ratelimit-policy', 'x-request-id'];
const PREFLIGHT_SECONDS = 7200;

/**
 * Sets the headers that let pages of these origins read the response, and answers their preflight requests itself.
 * Without origins there is no such header at all: browsers then keep the pages of other sites out.
 */
export function createCors(origins: readonly string[]) {
  const handle = cors({
    origin: [...origins],
    methods: ['GET', 'POST'],
    exposedHeaders: EXPOSED_HEADERS,
    maxAge: PREFLIGHT_SECONDS,
  });
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (origins.length === 0 || request.headers.origin === undefined) next();
    else handle(request, response, next);
  };
}
