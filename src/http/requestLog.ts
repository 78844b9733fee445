import type { Logger } from 'pino';

import type { RequestFields } from '../graphql/execution/requestFields';

/** Tells log and metrics of an answered GraphQL request. */
export type RequestLog = (
  facts: RequestFields,
  answer: { readonly requestId: string; readonly status: number; readonly ms: number },
) => void;

/** The one log line of a request: no token, no query string, nothing that a user wrote. */
export const createRequestLog =
  (logger: Logger, metrics: { answered(facts: RequestFields, seconds: number): void }): RequestLog =>
  (facts, { requestId, status, ms }) => {
    metrics.answered(facts, ms / 1000);
    const { operation, code, path } = facts;
    logger.info({ requestId, operation, code, path, status, ms: Math.round(ms * 10) / 10 });
  };
