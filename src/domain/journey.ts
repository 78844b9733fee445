import type { ReachedStage } from './stage';

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
 * Something that subscribers want to know of a journey. The outbox carries changes, in the order in which they happened,
 * to the event bus, and starts and ends to the durable record too. A change never holds a coordinate.
 */
export type JourneyChange = JourneyStarted | StageReached | JourneyEnded;

interface Numbered {
  /** The change's place within its journey: 1 for the start, one more for each that follows. */
  readonly sequence: number;
}

export interface JourneyStarted extends Numbered {
  readonly kind: 'STARTED';
  readonly journey: EnRouteJourney;
}

export interface StageReached extends Numbered {
  readonly kind: 'STAGE_REACHED';
  readonly journey: EnRouteJourney;
  readonly stage: ReachedStage;
  readonly reachedAt: number;
  /** When the trainer was expected then. */
  readonly etaAt: number;
}

export interface JourneyEnded extends Numbered {
  readonly kind: 'ENDED';
  readonly journey: EndedJourney;
}
