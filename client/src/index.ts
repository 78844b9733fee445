export { journeyLink, trustedDocumentsLink } from './connection/journeyLink.js';
export type { JourneyLinkOptions, TrustedDocumentsOptions } from './connection/journeyLink.js';
export { failureOf, kindOf } from './connection/failure.js';
export type {
  Connection,
  FailureCode,
  FailureFacts,
  FailureKind,
  JourneyFailure,
  ServiceCode,
} from './connection/failure.js';
export { alwaysVisible, appStateVisibility } from './connection/visibility.js';
export type { AppStateLike, VisibilitySource } from './connection/visibility.js';
export type { Clock } from './connection/clock.js';
export type { Polling } from './connection/Poller.js';

export { useLiveLocation } from './liveLocation/useLiveLocation.js';
export type { UseLiveLocation, UseLiveLocationOptions } from './liveLocation/useLiveLocation.js';
export { LiveLocationWatch } from './liveLocation/LiveLocationWatch.js';
export type { LiveLocationState, LiveLocationWatchOptions } from './liveLocation/LiveLocationWatch.js';
export { useLiveLocations } from './liveLocation/useLiveLocations.js';
export type { UseLiveLocations, UseLiveLocationsOptions } from './liveLocation/useLiveLocations.js';
export { LiveLocationsWatch } from './liveLocation/LiveLocationsWatch.js';
export type { LiveLocationsState, LiveLocationsWatchOptions } from './liveLocation/LiveLocationsWatch.js';
export type { SessionSeen } from './liveLocation/SessionSight.js';
export type { AgedAt } from './liveLocation/fixAge.js';
export { newerLiveLocation } from './liveLocation/newerLiveLocation.js';
export type { LiveLocation, Location } from './liveLocation/newerLiveLocation.js';

export { useActiveJourney } from './activeJourney/useActiveJourney.js';
export type { UseActiveJourney, UseActiveJourneyOptions } from './activeJourney/useActiveJourney.js';
export { ActiveJourneyWatch } from './activeJourney/ActiveJourneyWatch.js';
export type {
  ActiveJourneyState,
  ActiveJourneyWatchOptions,
  Journey,
} from './activeJourney/ActiveJourneyWatch.js';

export { useJourneyTracker } from './tracker/useJourneyTracker.js';
export type { UseJourneyTracker, UseJourneyTrackerOptions } from './tracker/useJourneyTracker.js';
export { JourneyTracker } from './tracker/JourneyTracker.js';
export type { JourneyTrackerOptions } from './tracker/JourneyTracker.js';
export type { ActionResult, JourneyOutcome, TrackerPhase, TrackerState } from './tracker/trackerState.js';
export { apolloTransport } from './tracker/transport.js';
export type { JourneyTransport } from './tracker/transport.js';
export { fixOf, geolocationSource } from './tracker/position.js';
export type {
  Fix,
  GeolocationLike,
  PositionLike,
  PositionProblem,
  PositionSource,
} from './tracker/position.js';
export { memoryStorage } from './tracker/TrackerStore.js';
export type { KeyValueStorage, TrackedJourney } from './tracker/TrackerStore.js';

export { interpolate, moveMarker } from './marker/interpolate.js';
export type { MarkerMotion, MarkerPlace, MotionOptions } from './marker/interpolate.js';

export * from './generated/hooks.js';
export * from './generated/operations.js';
