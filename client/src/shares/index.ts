export { SharesWatch } from './SharesWatch.js';
export type { NewShare, Share, ShareResult, SharesState, SharesWatchOptions } from './SharesWatch.js';
export { useShares } from './useShares.js';
export type { UseShares, UseSharesOptions } from './useShares.js';
export { RevokeShareDocument, ShareJourneyDocument, SharesDocument } from '../generated/operations.js';
export { useRevokeShareMutation, useShareJourneyMutation, useSharesQuery } from '../generated/hooks.js';
