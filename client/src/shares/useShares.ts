import { useMemo } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { useWatch, type PollNow, type UseWatchOptions } from '../connection/useWatch.js';
import { SharesWatch, type SharesState } from './SharesWatch.js';

export interface UseSharesOptions extends UseWatchOptions {
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 60000. A change of one's own is shown at once. */
  pollIntervalMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
}

export interface UseShares extends SharesState, PollNow, Pick<SharesWatch, 'create' | 'revoke'> {}

/**
 * The links with which somebody without a login watches this session: lists, creates and revokes them. For the session's
 * student, guardians and operators. Without a session it asks nothing, and `create` and `revoke` are refused.
 */
export function useShares(
  sessionId: string | null | undefined,
  { visibility, skip = false, client: ownClient, pollIntervalMs, requestTimeoutMs }: UseSharesOptions = {},
): UseShares {
  const client = useApolloClient(ownClient);
  const watch = useMemo(
    () => new SharesWatch({ client, sessionId: sessionId ?? '', pollIntervalMs, requestTimeoutMs }),
    [client, sessionId, pollIntervalMs, requestTimeoutMs],
  );
  const state = useWatch(watch, { visibility, skip: skip || !sessionId });
  return useMemo(() => ({ ...state, create: watch.create, revoke: watch.revoke }), [state, watch]);
}
