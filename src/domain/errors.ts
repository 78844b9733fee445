import type { EndedState } from './journey';
import type { SessionStatus } from './session';

/** Why a point was refused. Judged in the order in which they stand here, after DUPLICATE and LATE where those apply. */
export type PointRejection =
  'FROM_THE_FUTURE' | 'TOO_OLD' | 'BEFORE_START' | 'INACCURATE' | 'IMPLAUSIBLE_SPEED';

export type StoreName = 'redis' | 'database' | 'identity';

/** The facts that each error carries to its caller. The HTTP status of each stands in `http/errors.ts`. */
export interface ErrorFacts {
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
  LOCATION_UNKNOWN: object;
  SESSION_NOT_FOUND: object;
  JOURNEY_NOT_ACTIVE: object;
  JOURNEY_ENDED: { state: EndedState; endedAt: string };
  JOURNEY_ALREADY_STARTED: { journeyId: string; startedAt: string };
  SESSION_NOT_STARTABLE: { sessionStatus: SessionStatus };
  RATE_LIMITED: { retryAfterMs: number };
  STORE_UNAVAILABLE: { store: StoreName; retryAfterMs: number };
}

export type ErrorCode = keyof ErrorFacts;

/**
 * A refusal that its caller is meant to read: what was wrong, what is allowed, what to do next. Anything else
 * that is thrown is a fault of ours and shows as INTERNAL_SERVER_ERROR.
 */
export class JourneyError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'JourneyError';

  constructor(
    readonly code: C,
    message: string,
    readonly facts: ErrorFacts[C],
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** Narrows an unknown throw to one code. */
  static is<K extends ErrorCode>(error: unknown, code: K): error is JourneyError<K> {
    return error instanceof JourneyError && error.code === code;
  }
}

const outageOf: Record<StoreName, string> = {
  redis: 'The live store (Redis)',
  database: 'The session database (PostgreSQL)',
  identity: 'The identity provider that publishes the keys of tokens',
};

/** What is wrong with a store. Only while it is UNREACHABLE or REFUSING is it certain that nothing was done. */
export type StoreProblem = 'SILENT' | 'DISCONNECTED' | 'UNREACHABLE' | 'REFUSING';

const descriptionOf: Record<StoreProblem, string> = {
  SILENT: 'did not answer in time',
  DISCONNECTED: 'lost the connection before it answered',
  UNREACHABLE: 'can not be reached',
  REFUSING: 'is not accepting requests at the moment',
};

/** An outage surfaces as itself: never as "no journey", "ended" or "already started". */
export const storeUnavailable = (
  store: StoreName,
  cause?: unknown,
  { problem = 'SILENT', retryAfterMs = 2000 }: { problem?: StoreProblem; retryAfterMs?: number } = {},
): JourneyError<'STORE_UNAVAILABLE'> =>
  new JourneyError(
    'STORE_UNAVAILABLE',
    `${outageOf[store]} ${descriptionOf[problem]}. Nothing is known to have changed; try again in ${retryAfterMs} ms.`,
    { store, retryAfterMs },
    { cause },
  );
