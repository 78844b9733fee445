import type { FastifyError, FastifyRequest } from 'fastify';

import { BODY_LIMIT_BYTES } from './limits';

interface RejectionOptions {
  readonly status: number;
  /** What was wrong, what is allowed, what to do next. */
  readonly message: string;
  /** BAD_REQUEST unless it says otherwise. */
  readonly code?: string;
  readonly extensions?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why a request is not executed. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In GraphQL's form. */
  readonly body;

  constructor({ status, message, code = 'BAD_REQUEST', extensions, headers = {} }: RejectionOptions) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.body = { errors: [{ message, extensions: { code, status, ...extensions } }] };
  }
}

const INTERNAL_ERROR = new Rejection({
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'The server failed. Try again later.',
});

/** When to come back to an overloaded process; most likely the balancer leads to another one. */
const OVERLOADED_RETRY_MS = 2000;

export const OVERLOADED = new Rejection({
  status: 503,
  code: 'OVERLOADED',
  message: `This process has too much to do; try again in ${OVERLOADED_RETRY_MS} ms.`,
  extensions: { retryAfterMs: OVERLOADED_RETRY_MS },
});

export const METHOD_NOT_ALLOWED = new Rejection({
  status: 405,
  message: 'Only GET and POST are allowed here.',
  headers: { allow: 'GET, POST' },
});

export const NOT_FOUND = new Rejection({
  status: 404,
  message: 'Nothing is here. The API is POST and GET /graphql.',
});

export const URL_TOO_LONG = new Rejection({
  status: 414,
  message: 'The URL is too long: send the request by POST.',
});

export const NOT_ACCEPTABLE = new Rejection({
  status: 406,
  message: 'The Accept header allows neither application/graphql-response+json nor application/json.',
});

/** Our own words for what Fastify finds wrong with a body. */
const bodyErrors: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not valid JSON.',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The body is empty: send {"query": "…"} as application/json.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The body must be sent as application/json.',
  FST_ERR_CTP_BODY_TOO_LARGE: `The body is too large: at most ${BODY_LIMIT_BYTES} bytes are allowed.`,
};

/** What the client gets for an error that was thrown. Logs what it does not get. */
export function rejectionOf(error: FastifyError | Rejection, { id, log }: FastifyRequest): Rejection {
  if (error instanceof Rejection) return error;
  const { code, statusCode: status = 500, message } = error;
  if (status < 500) return new Rejection({ status, message: bodyErrors[code] ?? message });
  log.error({ requestId: id, err: error }, 'A request failed with an internal error');
  return INTERNAL_ERROR;
}
