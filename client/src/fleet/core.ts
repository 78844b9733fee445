export { JourneysWatch } from './JourneysWatch.js';
export type { JourneysState, JourneysWatchOptions } from './JourneysWatch.js';
export { CancelJourneyDocument, JourneysDocument } from '../generated/operations.js';
