/** Why a request is not executed. */
export interface Rejection {
  readonly status: number;
  /** What was wrong, what is allowed, what to do next. */
  readonly message: string;
  /** BAD_REQUEST unless it says otherwise. */
  readonly code?: string;
  readonly extensions?: object;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
  /** The rest of the request is not read: the connection ends with the response. */
  readonly closes?: boolean;
}

export const INTERNAL_ERROR: Rejection = {
  status: 500,
  code: 'INTERNAL_SERVER_ERROR',
  message: 'The server failed. Try again later.',
};

/** A response in GraphQL's form to a request that was not executed. */
export const errorBody = ({ code = 'BAD_REQUEST', status, message, extensions }: Rejection) => ({
  errors: [{ message, extensions: { code, status, ...extensions } }],
});

/** When to come back to an overloaded process; most likely the balancer leads to another one. */
const OVERLOADED_RETRY_MS = 2000;

export const OVERLOADED: Rejection = {
  status: 503,
  code: 'OVERLOADED',
  message: `This process has too much to do; try again in ${OVERLOADED_RETRY_MS} ms.`,
  extensions: { retryAfterMs: OVERLOADED_RETRY_MS },
  headers: ['retry-after', String(OVERLOADED_RETRY_MS / 1000)],
};

export const NOT_ACCEPTABLE: Rejection = {
  status: 406,
  message: 'The Accept header allows neither application/graphql-response+json nor application/json.',
};
