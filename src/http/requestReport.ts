import type { Logger } from 'pino';

import type { RequestFacts } from './requestFacts';

/** Tells log and metrics of an answered GraphQL request. */
export type RequestReport = (
  facts: RequestFacts,
  answer: { readonly requestId: string; readonly status: number; readonly ms: number },
) => void;

/** The one log line of a request: no token, no query string, nothing that a user wrote. */
export const createRequestReport =
  (logger: Logger, metrics: { answered(facts: RequestFacts, seconds: number): void }): RequestReport =>
  (facts, { requestId, status, ms }) => {
    metrics.answered(facts, ms / 1000);
    const { operation, code, way } = facts;
    logger.info({ requestId, operation, code, way, status, ms: Math.round(ms * 10) / 10 });
  };
