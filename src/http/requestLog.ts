import type { Logger } from 'pino';

import type { RequestFields } from '../graphql/execution/executionContext';

/** Records the response to a GraphQL request in the log and in the metrics. */
export type RequestLog = (
  fields: RequestFields,
  response: { readonly requestId: string; readonly status: number; readonly ms: number },
) => void;

/** The one log line of a request: no token, no query string, nothing that a user wrote. */
export const createRequestLog =
  (logger: Logger, metrics: { answered(fields: RequestFields, seconds: number): void }): RequestLog =>
  (fields, { requestId, status, ms }) => {
    metrics.answered(fields, ms / 1000);
    const { operation, code, path } = fields;
    logger.info({ requestId, operation, code, path, status, ms: Math.round(ms * 10) / 10 });
  };
