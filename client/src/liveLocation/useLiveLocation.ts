import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { alwaysVisible, type VisibilitySource } from '../connection/visibility.js';
import { LiveLocationWatch, type LiveLocationState } from './LiveLocationWatch.js';

export interface UseLiveLocationOptions {
  /** No polls in the background, one at once on return. Default: always in front. */
  visibility?: VisibilitySource;
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 10000. */
  requestTimeoutMs?: number;
  /** The service's SIGNAL_LIVE_MS. Default 20000. */
  signalLiveMs?: number;
  /** The service's SIGNAL_DELAYED_MS. Default 60000. */
  signalDelayedMs?: number;
}

export interface UseLiveLocation extends LiveLocationState {
  /** Pull to refresh, or after a new token; starts a stopped poll again. */
  pollNow(): void;
}

/** Watches a session's trainer for as long as the component is there; without a sessionId nothing is asked. */
export function useLiveLocation(
  sessionId: string | null | undefined,
  { visibility = alwaysVisible, client: ownClient, ...tuning }: UseLiveLocationOptions = {},
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
  const isWatching = Boolean(sessionId);

  useEffect(() => {
    if (!isWatching) return undefined;
    watch.open();
    return () => watch.close();
  }, [watch, isWatching]);
  // Apart from the opening: an app that makes its source anew at each render must not poll at each render.
  useEffect(() => watch.seeBy(visibility), [watch, visibility, isWatching]);

  const state = useSyncExternalStore(watch.subscribe, watch.getState, watch.getState);
  return useMemo(() => ({ ...state, pollNow: watch.pollNow }), [state, watch]);
}
