export { SharesWatch } from './SharesWatch.js';
export type { NewShare, Share, ShareResult, SharesState, SharesWatchOptions } from './SharesWatch.js';
export { RevokeShareDocument, ShareJourneyDocument, SharesDocument } from '../generated/operations.js';
