import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { alwaysVisible, type VisibilitySource } from '../connection/visibility.js';
import { ActiveJourneyWatch, type ActiveJourneyState } from './ActiveJourneyWatch.js';

export interface UseActiveJourneyOptions {
  /** No polls in the background, one at once on return. Default: always in front. */
  visibility?: VisibilitySource;
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 30000: a journey that starts is found within this time. */
  pollIntervalMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
  /** Asks nothing, say because the journey is found. */
  skip?: boolean;
}

export interface UseActiveJourney extends ActiveJourneyState {
  refresh(): void;
}

/** Finds the session for a screen that only knows the trainer, or, without a trainer, whatever is the viewer's. */
export function useActiveJourney(
  trainerId?: string | null,
  { visibility = alwaysVisible, client: ownClient, skip = false, ...tuning }: UseActiveJourneyOptions = {},
): UseActiveJourney {
  const client = useApolloClient(ownClient);
  const { pollIntervalMs, requestTimeoutMs } = tuning;
  const watch = useMemo(
    () => new ActiveJourneyWatch({ client, trainerId, pollIntervalMs, requestTimeoutMs }),
    [client, trainerId, pollIntervalMs, requestTimeoutMs],
  );

  useEffect(() => {
    if (skip) return undefined;
    watch.open();
    return () => watch.close();
  }, [watch, skip]);
  // Apart from the opening: an app that makes its source anew at each render must not poll at each render.
  useEffect(() => watch.seeBy(visibility), [watch, visibility, skip]);

  const state = useSyncExternalStore(watch.subscribe, watch.getState, watch.getState);
  return useMemo(() => ({ ...state, refresh: watch.refresh }), [state, watch]);
}
