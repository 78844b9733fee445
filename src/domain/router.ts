import type { GeoPoint } from './geo';

/** A road router: how long a car takes from one place to another. */
export interface Router {
  /**
   * Seconds of driving; null: the router answered that no road leads there.
   * @throws RouterError
   */
  travelSeconds(from: GeoPoint, to: GeoPoint, signal: AbortSignal): Promise<number | null>;
  close(): void;
}

/**
 * What became of a call that got no usable answer. TIMEOUT: no answer within the deadline. UNREACHABLE: no connection, or
 * it was cut. REFUSED: an error of the router's own. INVALID: an answer that is none.
 */
export type RouterFailure = 'TIMEOUT' | 'UNREACHABLE' | 'REFUSED' | 'INVALID';

/** It never has a cause: the errors of HTTP clients can hold the request, whose address or body is two coordinates. */
export class RouterError extends Error {
  override readonly name = 'RouterError';

  /** @param reason a status, an error's name or its code: never a text of the router's */
  constructor(
    readonly failure: RouterFailure,
    readonly reason: string,
  ) {
    super(`The router failed: ${failure} (${reason})`);
  }
}

/** A journey for which the router is to be asked now. */
export interface RouterTurn {
  readonly sessionId: string;
  readonly journeyId: string;
  readonly trainerId: string;
  /** By the store's clock. */
  readonly takenAt: number;
  /** The newest accepted fix. */
  readonly from: GeoPoint;
  readonly fixAt: number;
  readonly home: GeoPoint;
  /** How old the answer is that is in use until now; null: there is none. */
  readonly answerAgeMs: number | null;
}

/** The turns of all journeys, shared by all processes. Both methods throw STORE_UNAVAILABLE when the store does not answer. */
export interface RouterTurns {
  /**
   * Takes due turns, each of which no other caller gets. A journey has its next turn after the router's interval, also
   * when its turn was taken by a process that has ended since.
   */
  take(partition: string, limit: number): Promise<readonly RouterTurn[]>;
  /**
   * Stores the router's answer. It changes nothing when the journey has ended since, has another home, or its place was
   * overturned, nor when it comes twice or after a newer one.
   */
  answer(turn: RouterTurn, seconds: number): Promise<void>;
}
