import type { TypePolicies } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/**
 * For `new InMemoryCache({ typePolicies })`: `fetchMore` of `sessions` then appends a page, or puts it in front, and lists
 * with another filter stay apart.
 */
export const typePolicies: TypePolicies = {
  Query: { fields: { sessions: relayStylePagination(['filter']) } },
};
