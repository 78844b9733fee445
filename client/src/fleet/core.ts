export { JourneysWatch } from './JourneysWatch.js';
export type { JourneysState, JourneysWatchOptions } from './JourneysWatch.js';
export {
  CancelJourneyDocument,
  JourneysDocument,
  NoShowsDocument,
  RefreshSessionDocument,
} from '../generated/operations.js';
