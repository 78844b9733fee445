import { useMemo } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { useWatch, type PollNow, type UseWatchOptions } from '../connection/useWatch.js';
import { ActiveJourneyWatch, type ActiveJourneyState } from './ActiveJourneyWatch.js';

/** `skip`: asks nothing, say because the journey is found. */
export interface UseActiveJourneyOptions extends UseWatchOptions {
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 30000: a journey that starts is found within this time. */
  pollIntervalMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
}

export interface UseActiveJourney extends ActiveJourneyState, PollNow {}

/** Finds the session for a screen that only knows the trainer, or, without a trainer, whatever is the viewer's. */
export function useActiveJourney(
  trainerId?: string | null,
  { visibility, skip, client: ownClient, pollIntervalMs, requestTimeoutMs }: UseActiveJourneyOptions = {},
): UseActiveJourney {
  const client = useApolloClient(ownClient);
  const watch = useMemo(
    () => new ActiveJourneyWatch({ client, trainerId, pollIntervalMs, requestTimeoutMs }),
    [client, trainerId, pollIntervalMs, requestTimeoutMs],
  );
  return useWatch(watch, { visibility, skip });
}
