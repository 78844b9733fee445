import type { Fix } from './gps';

/** What a trainer's phone asks of the service. Each call rejects with an error that has a `code`. */
export interface TrainerApi {
  startJourney(sessionId: string, clientRequestId: string): Promise<void>;
  updateLocation(sessionId: string, fix: Fix): Promise<UpdateAnswer & { distanceMeters: number }>;
  /** 1 to 100 fixes; `sentAt` is the phone's clock now. */
  updateLocations(sessionId: string, fixes: readonly Fix[], sentAt: Date): Promise<UpdateAnswer>;
  /** By the last accepted fix. */
  markArrived(sessionId: string): Promise<void>;
  stopJourney(sessionId: string): Promise<void>;
}

export interface UpdateAnswer {
  readonly nextUpdateMs: number;
  readonly canMarkArrived: boolean;
}

export class TrainerApiError extends Error {
  override readonly name = 'TrainerApiError';

  constructor(
    /** The service's own; NETWORK when no readable answer came, so that nobody knows whether the act was done. */
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

export function refusalOf(error: unknown): { code: string; retryAfterMs: number } {
  const { code, retryAfterMs } = Object(error) as { code?: unknown; retryAfterMs?: unknown };
  return {
    code: typeof code === 'string' ? code : 'NETWORK',
    retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : 0,
  };
}

/** What a phone does about a refusal: an outage is never taken for the end of a journey. */
export type Remedy = 'WAIT' | 'GO_ON' | 'LEAVE_SESSION';

export function remedyFor(code: string): Remedy {
  switch (code) {
    case 'LOCATION_IMPLAUSIBLE':
    case 'BAD_USER_INPUT':
    case 'ARRIVAL_TOO_FAR':
    case 'ARRIVAL_UNCONFIRMED':
    case 'LOCATION_UNKNOWN':
      return 'GO_ON';
    case 'JOURNEY_ENDED':
    case 'JOURNEY_NOT_ACTIVE':
    case 'SESSION_NOT_FOUND':
    case 'SESSION_NOT_STARTABLE':
    case 'FORBIDDEN':
      return 'LEAVE_SESSION';
    default:
      return 'WAIT';
  }
}
