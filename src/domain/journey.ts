import type { AlertStatus, TravelAlert } from './alert';
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
  /** Left out when it is not known: a release that counted nothing started the journey, or nobody ended it in time. */
  readonly summary?: JourneySummary;
}

/** What a journey was like, without a coordinate. */
export interface JourneySummary {
  readonly durationSeconds: number;
  /** Along the accepted fixes. */
  readonly drivenMeters: number;
  /** In which no fix of the last 60 s was known. */
  readonly signalLostSeconds: number;
  readonly rejectedFixes: number;
  /** Of the arrival against scheduledAt; negative: early; null unless ARRIVED. */
  readonly lateSeconds: number | null;
}

/** The summary as records hold it; all are null where there is none. */
export interface JourneyCounts {
  readonly drivenMeters: number | null;
  readonly signalLostSeconds: number | null;
  readonly rejectedFixes: number | null;
  readonly lateSeconds: number | null;
}

export function withSummary(journey: Omit<EndedJourney, 'summary'>, counts: JourneyCounts): EndedJourney {
  const { drivenMeters, signalLostSeconds, rejectedFixes, lateSeconds } = counts;
  if (drivenMeters === null || signalLostSeconds === null || rejectedFixes === null) return journey;
  const durationSeconds = Math.round((journey.endedAt - journey.startedAt) / 1000);
  return {
    ...journey,
    summary: { durationSeconds, drivenMeters, signalLostSeconds, rejectedFixes, lateSeconds },
  };
}

export function countsOf(journey: Journey): JourneyCounts {
  const summary = journey.state === 'EN_ROUTE' ? undefined : journey.summary;
  return {
    drivenMeters: summary?.drivenMeters ?? null,
    signalLostSeconds: summary?.signalLostSeconds ?? null,
    rejectedFixes: summary?.rejectedFixes ?? null,
    lateSeconds: summary?.lateSeconds ?? null,
  };
}

export type Journey = EnRouteJourney | EndedJourney;

/**
 * Something that subscribers want to know of a journey. The outbox carries changes, in the order in which they happened,
 * to the event bus, and starts and ends to the durable record too. A change never holds a coordinate.
 */
export type Change = JourneyChange | NoShowChanged;

export type JourneyChange = JourneyStarted | StageReached | AlertChanged | JourneyEnded;

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

export interface AlertChanged extends Numbered {
  readonly kind: 'ALERT';
  readonly journey: EnRouteJourney;
  readonly alert: TravelAlert;
  readonly status: AlertStatus;
  readonly changedAt: number;
}

/** NO_SHOW was raised or cleared, for a session without a journey. */
export interface NoShowChanged {
  readonly kind: 'NO_SHOW';
  readonly sessionId: string;
  readonly trainerId: string;
  readonly studentId: string;
  readonly scheduledAt: number;
  readonly status: AlertStatus;
  readonly changedAt: number;
}

export interface JourneyEnded extends Numbered {
  readonly kind: 'ENDED';
  readonly journey: EndedJourney;
}
