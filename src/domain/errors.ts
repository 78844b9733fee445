import type { EndedState } from './journey';
import type { SessionStatus } from './session';

/** Why a point was rejected, in the order of judgement; DUPLICATE and LATE are judged before INACCURATE. */
export type PointRejection =
  | 'FROM_THE_FUTURE'
  | 'TOO_OLD'
  | 'BEFORE_START'
  | 'MOCKED'
  | 'IMPLAUSIBLE_DISTANCE'
  | 'INACCURATE'
  | 'IMPLAUSIBLE_SPEED';

export type StoreName = 'redis' | 'database' | 'identity';

/** What the `extensions` of each error hold beside its code and HTTP status. */
export interface ErrorExtensions {
  UNAUTHENTICATED: object;
  FORBIDDEN: object;
  BAD_USER_INPUT: { field?: string };
  LOCATION_IMPLAUSIBLE: {
    rejection: PointRejection;
    speedKmh?: number;
    limitKmh?: number;
    limitMeters?: number;
  };
  ARRIVAL_TOO_FAR: { distanceMeters: number; limitMeters: number };
  ARRIVAL_UNCONFIRMED: { retryAfterMs: number };
  OTHER_DEVICE_REPORTS: { since: string };
  LOCATION_UNKNOWN: object;
  SESSION_NOT_FOUND: object;
  JOURNEY_NOT_ACTIVE: object;
  JOURNEY_ENDED: { state: EndedState; endedAt: string };
  JOURNEY_ALREADY_STARTED: { journeyId: string; startedAt: string };
  SESSION_NOT_STARTABLE: { sessionStatus: SessionStatus };
  RATE_LIMITED: { retryAfterMs: number };
  STORE_UNAVAILABLE: { store: StoreName; retryAfterMs: number };
}

export type ErrorCode = keyof ErrorExtensions;

/**
 * An error that its caller is meant to read: what was wrong, what is allowed, what to do next. Anything else that is
 * thrown is an internal error and appears as INTERNAL_SERVER_ERROR.
 */
export class JourneyError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'JourneyError';

  constructor(
    readonly code: C,
    message: string,
    readonly extensions: ErrorExtensions[C],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Narrows an unknown error to one code. */
  static is<K extends ErrorCode>(error: unknown, code: K): error is JourneyError<K> {
    return error instanceof JourneyError && error.code === code;
  }
}

const nameOf: Record<StoreName, string> = {
  redis: 'The live store (Redis)',
  database: 'The session database (PostgreSQL)',
  identity: 'The identity provider that publishes the keys of tokens',
};

/** What is wrong with a store. Only while it is UNREACHABLE or REFUSING is it certain that nothing was done. */
export type StoreProblem = 'SILENT' | 'DISCONNECTED' | 'UNREACHABLE' | 'REFUSING';

const descriptionOf: Record<StoreProblem, string> = {
  SILENT: 'did not answer in time',
  DISCONNECTED: 'lost the connection before it answered',
  UNREACHABLE: 'cannot be reached',
  REFUSING: 'is not accepting requests at the moment',
};

/** An outage is always reported as an outage: never as "no journey", "ended" or "already started". */
export const storeUnavailable = (
  store: StoreName,
  cause?: unknown,
  { problem = 'SILENT', retryAfterMs = 2000 }: { problem?: StoreProblem; retryAfterMs?: number } = {},
): JourneyError<'STORE_UNAVAILABLE'> =>
  new JourneyError(
    'STORE_UNAVAILABLE',
    `${nameOf[store]} ${descriptionOf[problem]}. Nothing is known to have changed; try again in ${retryAfterMs} ms.`,
    { store, retryAfterMs },
    { cause },
  );
