import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { ArgumentValidationError } from 'type-graphql';

import { JourneyError, type ErrorCode } from '../../domain/errors';
import { redactValues } from './redactValues';

const statusOf: Record<ErrorCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_USER_INPUT: 400,
  LOCATION_IMPLAUSIBLE: 400,
  ARRIVAL_TOO_FAR: 400,
  ARRIVAL_UNCONFIRMED: 409,
  OTHER_DEVICE_REPORTS: 409,
  LOCATION_UNKNOWN: 409,
  SESSION_NOT_FOUND: 404,
  JOURNEY_NOT_ACTIVE: 404,
  JOURNEY_ENDED: 410,
  JOURNEY_ALREADY_STARTED: 409,
  SESSION_NOT_STARTABLE: 409,
  RATE_LIMITED: 429,
  STORE_UNAVAILABLE: 503,
};

/** The codes that Apollo Server gives to requests that never reach a resolver, and their statuses here. */
const requestStatusOf: Record<string, number> = {
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  BAD_USER_INPUT: 400,
  BAD_REQUEST: 400,
  DOCUMENT_NOT_TRUSTED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  PERSISTED_QUERY_NOT_FOUND: 404,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
};

/** Apollo Server throws these without a code. */
const persistedQueryErrors: ReadonlySet<string> = new Set([
  'provided sha does not match query',
  'Unsupported persisted query version',
]);

/** The error as its caller sees it. Whatever was not thrown for the caller to read shows as INTERNAL_SERVER_ERROR alone. */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const error = unwrapResolverError(thrown);
  const { locations, path } = formatted;
  const where = { ...(locations && { locations }), ...(path && { path }) };
  if (isJourneyError(error)) return { ...describeError(error), ...where };
  if (error instanceof ArgumentValidationError) {
    const [first] = error.extensions.validationErrors;
    return {
      message: constraintsOf(error).join('; '),
      ...where,
      extensions: { code: 'BAD_USER_INPUT', status: statusOf.BAD_USER_INPUT, field: first?.property },
    };
  }
  const code = persistedQueryErrors.has(formatted.message) ? 'BAD_REQUEST' : formatted.extensions?.code;
  if (error instanceof GraphQLError && typeof code === 'string' && Object.hasOwn(requestStatusOf, code)) {
    return {
      message: redactValues(formatted.message),
      ...where,
      extensions: { code, status: requestStatusOf[code] },
    };
  }
  return {
    message:
      'The server failed. Try again later; if it keeps failing, report the request id (header x-request-id).',
    ...where,
    extensions: { code: 'INTERNAL_SERVER_ERROR', status: 500 },
  };
}

export const describeError = (error: JourneyError): GraphQLFormattedError => ({
  message: error.message,
  extensions: { code: error.code, status: statusOf[error.code], ...error.extensions },
});

const isJourneyError = (error: unknown): error is JourneyError => error instanceof JourneyError;

/** Formats the errors of a result, and logs what callers are not shown. Message and stack of an internal error hold no user's values. */
export const createErrorFormatter =
  (logger: Logger) =>
  (errors: readonly GraphQLError[], requestId: string): GraphQLFormattedError[] =>
    errors.map((error) => {
      const { message, locations, path, extensions } = error;
      const formatted = formatError({ message, locations, path, extensions }, error);
      if (formatted.extensions?.code === 'INTERNAL_SERVER_ERROR') {
        const err = error.originalError ?? error;
        logger.error({ requestId, path, err }, 'A request failed with an internal error');
      }
      return formatted;
    });

interface Violation {
  property: string;
  constraints?: Record<string, string>;
  children?: Violation[];
}

/** class-validator's messages, with the path to the field; never the value. */
function constraintsOf(error: ArgumentValidationError): string[] {
  const lines = (violations: readonly Violation[], path: string): string[] =>
    violations.flatMap(({ property, constraints, children }) => [
      // Its messages begin with the property's name.
      ...Object.values(constraints ?? {}).map((message) => `${path}${message}`),
      ...lines(children ?? [], `${path}${property}.`),
    ]);
  return lines(error.extensions.validationErrors, '');
}
