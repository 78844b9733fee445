import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { alwaysVisible, type VisibilitySource } from '../connection/visibility.js';
import { LiveLocationsWatch, type LiveLocationsState } from './LiveLocationsWatch.js';

export interface UseLiveLocationsOptions {
  /** No polls in the background, one at once on return. Default: always in front. */
  visibility?: VisibilitySource;
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 5000: rounds are at least this far apart. */
  roundMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
  /** The service's SIGNAL_LIVE_MS. Default 20000. */
  signalLiveMs?: number;
  /** The service's SIGNAL_DELAYED_MS. Default 60000. */
  signalDelayedMs?: number;
}

export interface UseLiveLocations extends LiveLocationsState {
  /** Pull to refresh, or after a new token; starts a stopped poll again. */
  pollNow(): void;
}

/**
 * Watches many sessions at once: a dashboard, or parents of several students. Asked about are at most 50 a request; one
 * session that is not the viewer's refuses all that are asked about with it.
 */
export function useLiveLocations(
  sessionIds: readonly string[],
  { visibility = alwaysVisible, client: ownClient, ...tuning }: UseLiveLocationsOptions = {},
): UseLiveLocations {
  const client = useApolloClient(ownClient);
  const { roundMs, requestTimeoutMs, signalLiveMs, signalDelayedMs } = tuning;
  const watch = useMemo(
    () => new LiveLocationsWatch({ client, roundMs, requestTimeoutMs, signalLiveMs, signalDelayedMs }),
    [client, roundMs, requestTimeoutMs, signalLiveMs, signalDelayedMs],
  );
  const isWatching = sessionIds.length > 0;

  // Before the opening, so that the first round is about all; by content, for an app that makes its list at each render.
  useEffect(() => watch.watch(sessionIds), [watch, sessionIds.join()]);
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
