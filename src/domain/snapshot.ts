import type { TravelAlert, TrackingProblem } from './alert';
import type { Eta } from './eta';
import type { GeoPoint } from './geo';
import type { EndedJourney, EnRouteJourney, Journey } from './journey';
import type { StoredFix } from './location';
import type { Session } from './session';
import type { JourneyStage } from './stage';
import type { TrailPoint } from './trail';

/** A session in the cache; `null` session: the database knows none, or was not asked. */
export interface CachedSession {
  readonly session: Session | null;
  readonly lastJourney: Journey | null;
  /** When the database was asked, by Redis' clock; 0: not since the booking changed. */
  readonly checkedAt: number;
}

/** All that the live store knows of a session at one time, `now` by Redis' clock. */
export type SessionSnapshot =
  | {
      readonly kind: 'ACTIVE';
      readonly now: number;
      readonly journey: EnRouteJourney;
      readonly home: GeoPoint;
      readonly fix: StoredFix | null;
      readonly stage: JourneyStage;
      /** As it was published last; null: never. It holds only while there is a fix. */
      readonly eta: Eta | null;
      readonly alerts: readonly TravelAlert[];
      /** As the phone reported it since the newest fix. */
      readonly trackingProblem: TrackingProblem | null;
      /** When a takeover last corrected the marker. */
      readonly correctedAt: number | null;
      /** Where the journey began: its first fix, and what overturned that. */
      readonly origin: readonly GeoPoint[];
      /** Only when requested. */
      readonly trail: readonly TrailPoint[];
      /** Only when requested: a poll does not need it. */
      readonly cached: CachedSession | null;
    }
  | {
      readonly kind: 'INACTIVE';
      readonly now: number;
      readonly ended: EndedJourney | null;
      /** The scheduledAt for which NO_SHOW is raised. */
      readonly noShowAt: number | null;
      readonly cached: CachedSession | null;
    };
