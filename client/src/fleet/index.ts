export * from './core.js';
export { useJourneys } from './useJourneys.js';
export type { UseJourneys, UseJourneysOptions } from './useJourneys.js';
export { useCancelJourneyMutation, useJourneysQuery } from '../generated/hooks.js';
