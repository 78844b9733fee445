export { JourneysWatch } from './JourneysWatch.js';
export type { JourneysState, JourneysWatchOptions } from './JourneysWatch.js';
export { useJourneys } from './useJourneys.js';
export type { UseJourneys, UseJourneysOptions } from './useJourneys.js';
export { CancelJourneyDocument, JourneysDocument } from '../generated/operations.js';
export { useCancelJourneyMutation, useJourneysQuery } from '../generated/hooks.js';
