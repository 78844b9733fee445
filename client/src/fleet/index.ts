export * from './core.js';
export { useJourneys } from './useJourneys.js';
export type { UseJourneys, UseJourneysOptions } from './useJourneys.js';
export {
  useCancelJourneyMutation,
  useJourneysQuery,
  useNoShowsQuery,
  useRefreshSessionMutation,
} from '../generated/hooks.js';
