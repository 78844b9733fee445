export * from './common.js';

export { useLiveLocation } from './liveLocation/useLiveLocation.js';
export type { UseLiveLocation, UseLiveLocationOptions } from './liveLocation/useLiveLocation.js';
export { useLiveLocations } from './liveLocation/useLiveLocations.js';
export type { UseLiveLocations, UseLiveLocationsOptions } from './liveLocation/useLiveLocations.js';
export { useActiveJourney } from './activeJourney/useActiveJourney.js';
export type { UseActiveJourney, UseActiveJourneyOptions } from './activeJourney/useActiveJourney.js';
export { useJourneyTracker } from './tracker/useJourneyTracker.js';
export type {
  TrackerActions,
  UseJourneyTracker,
  UseJourneyTrackerOptions,
} from './tracker/useJourneyTracker.js';
export {
  useActiveJourneysQuery,
  useLiveLocationQuery,
  useLiveLocationsQuery,
  useMarkArrivedMutation,
  useReportTrackingProblemMutation,
  useSessionQuery,
  useSessionsQuery,
  useStartJourneyMutation,
  useStopJourneyMutation,
  useTakeOverJourneyMutation,
  useUpdateLocationMutation,
  useUpdateLocationsMutation,
  useWatchLocationQuery,
} from './generated/hooks.js';
