import type { Logger } from 'pino';

import type { RequestFields } from '../graphql/execution/operationRequest';
import type { ClientIdentity } from '../metrics/clientLabels';
import type { ServiceMetrics } from '../metrics/serviceMetrics';

/** Records the response to a GraphQL request in the log and in the metrics. */
export type RequestLog = (
  fields: RequestFields,
  response: {
    readonly requestId: string;
    readonly status: number;
    readonly ms: number;
    readonly client: ClientIdentity;
  },
) => void;

/** The one log line of a request: no token, no query string, nothing that a user wrote. */
export const createRequestLog =
  (logger: Logger, metrics: Pick<ServiceMetrics, 'answered'>): RequestLog =>
  (fields, { requestId, status, ms, client }) => {
    metrics.answered(fields, ms / 1000, client);
    const { operation, code, path } = fields;
    logger.info({ requestId, operation, code, path, status, ms: Math.round(ms * 10) / 10 });
  };
