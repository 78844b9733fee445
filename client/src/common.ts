/** What the main entry and the core have in common: to watch a journey and to drive one, without React. */
export { JourneyLink, journeyLink, trustedDocumentsLink } from './connection/journeyLink.js';
export type { JourneyLinkOptions, TrustedDocumentsOptions } from './connection/journeyLink.js';
export { failureOf, kindOf } from './connection/failure.js';
export type {
  Connection,
  FailureCode,
  FailureExtensions,
  FailureKind,
  JourneyFailure,
  ServiceCode,
} from './connection/failure.js';
export { alwaysVisible, appStateVisibility, focusedVisibility } from './connection/visibility.js';
export type { AppStateLike, FocusLike, VisibilitySource } from './connection/visibility.js';
export type { AbortSignalLike } from './connection/abort.js';
export { momentOf, systemClock } from './connection/clock.js';
export type { Clock, Moment } from './connection/clock.js';
export type { Polling } from './connection/Poller.js';
export { LiveLocationWatch } from './liveLocation/LiveLocationWatch.js';
export type { LiveLocationState, LiveLocationWatchOptions } from './liveLocation/LiveLocationWatch.js';
export { LiveLocationsWatch } from './liveLocation/LiveLocationsWatch.js';
export type { LiveLocationsState, LiveLocationsWatchOptions } from './liveLocation/LiveLocationsWatch.js';
export type { SessionSnapshot } from './liveLocation/SessionState.js';
export { ageAt, ageNow } from './liveLocation/fixAge.js';
export type { AgedAt } from './liveLocation/fixAge.js';
export type { Arrival } from './liveLocation/arrival.js';
export { newerLiveLocation } from './liveLocation/newerLiveLocation.js';
export type { TrailPoint } from './liveLocation/Trail.js';
export type { Eta, LiveLocation, Location } from './liveLocation/newerLiveLocation.js';
export { ActiveJourneyWatch } from './activeJourney/ActiveJourneyWatch.js';
export type {
  ActiveJourneyState,
  ActiveJourneyWatchOptions,
  Journey,
} from './activeJourney/ActiveJourneyWatch.js';
export { closeTrackers, trackerFor } from './tracker/trackerFor.js';
export type { TrackerForOptions } from './tracker/trackerFor.js';
export { JourneyTracker } from './tracker/JourneyTracker.js';
export type { JourneyTrackerOptions } from './tracker/JourneyTracker.js';
export { unseenReason } from './tracker/unseenReason.js';
export type { UnseenReason } from './tracker/unseenReason.js';
export type {
  ActionResult,
  JourneyOutcome,
  Sending,
  TrackerPhase,
  TrackerState,
} from './tracker/trackerState.js';
export { apolloTransport } from './tracker/transport.js';
export type {
  ArrivalRequest,
  JourneyTransport,
  ProblemReport,
  StartRequest,
  UpdateRequest,
} from './tracker/transport.js';
export { fixOf, geolocationSource } from './tracker/position.js';
export type {
  Fix,
  GeolocationLike,
  PositionLike,
  PositionProblem,
  PositionSource,
} from './tracker/position.js';
export { activeSession, memoryStorage } from './tracker/TrackerStore.js';
export type { ActiveSession, KeyValueStorage, TrackedJourney } from './tracker/TrackerStore.js';
export { interpolate, moveMarker, placesAhead } from './marker/interpolate.js';
export type { MarkerMotion, MarkerPlace, MotionOptions } from './marker/interpolate.js';
export type * from './generated/operations.js';
export {
  ActiveJourneysDocument,
  LiveLocationDocument,
  LiveLocationsDocument,
  MarkArrivedDocument,
  ReportTrackingProblemDocument,
  SessionDocument,
  SessionsDocument,
  StartJourneyDocument,
  StopJourneyDocument,
  TakeOverJourneyDocument,
  UpdateLocationDocument,
  UpdateLocationsDocument,
  WatchLocationDocument,
} from './generated/operations.js';
export { typePolicies } from './cache/typePolicies.js';
