import type {
  JourneyAlert,
  JourneyStage,
  JourneyState,
  Signal,
  TrackingProblem,
} from '../generated/operations.js';
import type { Arrival } from '../liveLocation/arrival.js';
import type { AgedAt } from '../liveLocation/fixAge.js';
import type { LiveLocationState } from '../liveLocation/LiveLocationWatch.js';

/** What a student's screen knows of a journey; times are RFC 3339. */
export interface JourneyView {
  readonly phase: JourneyState;
  /** Undefined when there is no fix to judge and the service answers. */
  readonly signal: Signal | 'OFFLINE' | undefined;
  /** How old the newest fix was when the last answer came. */
  readonly fixAge: AgedAt | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** False once nothing more can come: the service said to stop asking. */
  readonly stillAsking: boolean;
  readonly stage: JourneyStage | null;
  /** When the trainer is expected; null while nothing can be said. */
  readonly arrival: Arrival | null;
  readonly alerts: readonly JourneyAlert[];
  readonly trackingProblem: TrackingProblem | null;
}

/** What `useLiveLocation` knows, as a card shows it; undefined while there is nothing to show. */
export function journeyView({
  liveLocation,
  locationAge,
  freshness,
  connection,
  polling,
  stage,
  arrival,
  alerts,
  trackingProblem,
}: LiveLocationState): JourneyView | undefined {
  const offline = connection === 'OFFLINE';
  if (!liveLocation && !offline) return undefined;
  return {
    phase: liveLocation?.state ?? 'NOT_STARTED',
    signal: offline ? 'OFFLINE' : (freshness ?? undefined),
    fixAge: locationAge ?? undefined,
    startedAt: liveLocation?.startedAt ?? undefined,
    endedAt: liveLocation?.endedAt ?? undefined,
    stillAsking: polling !== 'STOPPED',
    stage,
    arrival,
    alerts,
    trackingProblem,
  };
}
