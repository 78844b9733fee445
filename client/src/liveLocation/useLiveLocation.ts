import { useMemo } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { useWatch, type PollNow, type UseWatchOptions } from '../connection/useWatch.js';
import { LiveLocationWatch, type LiveLocationState } from './LiveLocationWatch.js';

export interface UseLiveLocationOptions extends UseWatchOptions {
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 10000. */
  requestTimeoutMs?: number;
  /** The service's SIGNAL_LIVE_MS. Default 20000. */
  signalLiveMs?: number;
  /** The service's SIGNAL_DELAYED_MS. Default 60000. */
  signalDelayedMs?: number;
}

export interface UseLiveLocation extends LiveLocationState, PollNow {}

/** Watches a session's trainer for as long as the component is there; without a sessionId nothing is asked. */
export function useLiveLocation(
  sessionId: string | null | undefined,
  { visibility, skip = false, client: ownClient, ...tuning }: UseLiveLocationOptions = {},
): UseLiveLocation {
  const client = useApolloClient(ownClient);
  const { requestTimeoutMs, signalLiveMs, signalDelayedMs } = tuning;
  const watch = useMemo(
    () =>
      new LiveLocationWatch({
        client,
        sessionId: sessionId ?? '',
        requestTimeoutMs,
        signalLiveMs,
        signalDelayedMs,
      }),
    [client, sessionId, requestTimeoutMs, signalLiveMs, signalDelayedMs],
  );
  return useWatch(watch, { visibility, skip: skip || !sessionId });
}
