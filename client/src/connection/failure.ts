import { CombinedGraphQLErrors, LinkError, ServerError, ServerParseError } from '@apollo/client/errors';

import type { JourneyState, PointRejection, SessionStatus } from '../generated/operations.js';

/** The codes of the service (`errors[0].extensions.code`). */
export type ServiceCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'LOCATION_IMPLAUSIBLE'
  | 'ARRIVAL_TOO_FAR'
  | 'ARRIVAL_UNCONFIRMED'
  | 'OTHER_DEVICE_REPORTS'
  | 'LOCATION_UNKNOWN'
  | 'SESSION_NOT_FOUND'
  | 'JOURNEY_NOT_ACTIVE'
  | 'JOURNEY_ENDED'
  | 'JOURNEY_ALREADY_STARTED'
  | 'SESSION_NOT_STARTABLE'
  | 'RATE_LIMITED'
  | 'STORE_UNAVAILABLE'
  | 'OVERLOADED'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'INTERNAL_SERVER_ERROR';

/**
 * NETWORK: no answer came. TIMEOUT: none came in time. SERVER: an answer that is not the service's (a gateway's page,
 * a captive portal). CLOSED: the hook went away first. UNKNOWN: none of these, or a code this version does not know.
 */
export type FailureCode = ServiceCode | 'NETWORK' | 'TIMEOUT' | 'SERVER' | 'CLOSED' | 'UNKNOWN';

/** What a code may carry (`errors[0].extensions`); the service's table of errors says which one carries what. */
export interface FailureExtensions {
  distanceMeters?: number;
  limitMeters?: number;
  speedKmh?: number;
  limitKmh?: number;
  rejection?: PointRejection;
  state?: JourneyState;
  endedAt?: string;
  journeyId?: string;
  startedAt?: string;
  sessionStatus?: SessionStatus;
  /** The one session of several that was refused. */
  sessionId?: string;
  /** OTHER_DEVICE_REPORTS: since when the other device reports. */
  since?: string;
}

export interface JourneyFailure {
  readonly code: FailureCode;
  readonly message: string;
  /** The HTTP status, when there was an answer. */
  readonly status: number | null;
  /** How long to wait before the next request, as the service asks. */
  readonly retryAfterMs: number | null;
  readonly extensions: FailureExtensions;
}

/** What a caller can do about a failure. */
export type FailureKind =
  | 'TRANSIENT' //       the same request may succeed soon: no answer, too fast, a store away
  | 'FAULT' //           something broke on the other side: later, not at once
  | 'UNAUTHENTICATED' // a new token is needed
  | 'GONE' //            the journey or the session is no more: stop for good
  | 'REFUSED'; //        the same request will be refused again

const kindOfCode: Record<FailureCode, FailureKind> = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'REFUSED',
  BAD_USER_INPUT: 'REFUSED',
  LOCATION_IMPLAUSIBLE: 'REFUSED',
  ARRIVAL_TOO_FAR: 'REFUSED',
  ARRIVAL_UNCONFIRMED: 'REFUSED',
  OTHER_DEVICE_REPORTS: 'REFUSED',
  LOCATION_UNKNOWN: 'REFUSED',
  SESSION_NOT_FOUND: 'GONE',
  JOURNEY_NOT_ACTIVE: 'GONE',
  JOURNEY_ENDED: 'GONE',
  JOURNEY_ALREADY_STARTED: 'REFUSED',
  SESSION_NOT_STARTABLE: 'REFUSED',
  RATE_LIMITED: 'TRANSIENT',
  STORE_UNAVAILABLE: 'TRANSIENT',
  OVERLOADED: 'TRANSIENT',
  // While a new version is rolled out, the next process may know the document.
  DOCUMENT_NOT_TRUSTED: 'FAULT',
  INTERNAL_SERVER_ERROR: 'FAULT',
  NETWORK: 'TRANSIENT',
  TIMEOUT: 'TRANSIENT',
  SERVER: 'FAULT',
  CLOSED: 'FAULT',
  UNKNOWN: 'FAULT',
};

export function kindOf({ code, status }: JourneyFailure): FailureKind {
  if (code !== 'SERVER' && code !== 'UNKNOWN') return kindOfCode[code];
  if (status === 401) return 'UNAUTHENTICATED';
  // A gateway's 404 is not the service's: never GONE. A page with 200 is a captive portal's.
  if (status === 429 || status === 502 || status === 503 || status === 504) return 'TRANSIENT';
  if (code === 'SERVER') return status !== null && status < 400 ? 'TRANSIENT' : 'FAULT';
  return status !== null && status >= 400 && status < 500 ? 'REFUSED' : 'FAULT';
}

/** Whether the service itself answered, rather than the network or something in between. */
export const wasAnswered = ({ code }: JourneyFailure): boolean =>
  code !== 'NETWORK' &&
  code !== 'TIMEOUT' &&
  code !== 'SERVER' &&
  code !== 'STORE_UNAVAILABLE' &&
  code !== 'OVERLOADED' &&
  code !== 'CLOSED';

/** OFFLINE: the last request got no answer of the service. */
export type Connection = 'CONNECTING' | 'ONLINE' | 'OFFLINE';

/** RATE_LIMITED says nothing about the connection, which stays what it was. */
export const connectionAfter = (failure: JourneyFailure, before: Connection): Connection =>
  failure.code === 'RATE_LIMITED' ? before : wasAnswered(failure) ? 'ONLINE' : 'OFFLINE';

export const failure = (code: FailureCode, message: string): JourneyFailure => ({
  code,
  message,
  status: null,
  retryAfterMs: null,
  extensions: {},
});

const isServiceCode = (code: unknown): code is ServiceCode =>
  typeof code === 'string' && Object.hasOwn(kindOfCode, code) && code !== 'UNKNOWN';

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

function retryAfterOf(error: ServerError | ServerParseError): number | null {
  const headers = (error.response as { headers?: { get(name: string): string | null } }).headers;
  const seconds = Number(headers?.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

/** Says what an error of Apollo Client means. Never throws; the failure of a FailureError is returned as it is. */
export function failureOf(error: unknown): JourneyFailure {
  if (isFailureError(error)) return error.failure;
  if (CombinedGraphQLErrors.is(error)) {
    const { message, extensions } = error.errors[0] ?? { message: error.message };
    const { code, status, retryAfterMs, stacktrace: _, ...rest } = extensions ?? {};
    return {
      code: isServiceCode(code) ? code : 'UNKNOWN',
      message,
      status: numberOrNull(status),
      retryAfterMs: numberOrNull(retryAfterMs),
      extensions: rest,
    };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (ServerError.is(error) || ServerParseError.is(error)) {
    return { ...failure('SERVER', message), status: error.statusCode, retryAfterMs: retryAfterOf(error) };
  }
  return failure(name === 'TimeoutError' ? 'TIMEOUT' : LinkError.is(error) ? 'NETWORK' : 'UNKNOWN', message);
}

/** Carries a failure through a promise. */
export class FailureError extends Error {
  override readonly name = 'FailureError';

  constructor(readonly failure: JourneyFailure) {
    super(failure.message);
  }
}

/** By its name: an app may load this package twice, once as CommonJS and once as ES modules. */
const isFailureError = (error: unknown): error is FailureError =>
  error instanceof Error && error.name === 'FailureError' && 'failure' in error;
