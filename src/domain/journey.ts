export type EndedState = 'ARRIVED' | 'STOPPED' | 'EXPIRED' | 'CANCELLED';
export type JourneyState = 'NOT_STARTED' | 'EN_ROUTE' | EndedState;

interface JourneyFields {
  readonly id: string;
  readonly sessionId: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly startedAt: number;
  /** The deadline: updates never move it. */
  readonly expiresAt: number;
  /** 1 at the start; increases by one with each request that moves the marker, and with the end. */
  readonly version: number;
}

export interface EnRouteJourney extends JourneyFields {
  readonly state: 'EN_ROUTE';
}

export interface EndedJourney extends JourneyFields {
  readonly state: EndedState;
  readonly endedAt: number;
}

export type Journey = EnRouteJourney | EndedJourney;

/**
 * A journey started or ended. The outbox carries changes, in the order in which they happened, to the event bus and to
 * the durable record. A change never holds a coordinate.
 */
export type JourneyChange = JourneyStarted | JourneyEnded;

export interface JourneyStarted {
  readonly kind: 'STARTED';
  readonly journey: EnRouteJourney;
}

export interface JourneyEnded {
  readonly kind: 'ENDED';
  readonly journey: EndedJourney;
}
