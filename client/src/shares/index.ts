export * from './core.js';
export { useShares } from './useShares.js';
export type { UseShares, UseSharesOptions } from './useShares.js';
export { useRevokeShareMutation, useShareJourneyMutation, useSharesQuery } from '../generated/hooks.js';
