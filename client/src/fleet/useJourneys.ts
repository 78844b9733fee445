import { useMemo } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { useWatch, type PollNow, type UseWatchOptions } from '../connection/useWatch.js';
import { JourneysWatch, type JourneysState } from './JourneysWatch.js';

export interface UseJourneysOptions extends UseWatchOptions {
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 15000: a journey that starts or ends is seen within this time, or 4 s for each 1,000 journeys. */
  pollIntervalMs?: number;
  /** For all pages together. Default 30000. */
  requestTimeoutMs?: number;
}

export interface UseJourneys extends JourneysState, PollNow {}

/** Every active journey, for operators and services. `useLiveLocations` shows where the trainers of some of them are. */
export function useJourneys({
  visibility,
  skip,
  client: ownClient,
  pollIntervalMs,
  requestTimeoutMs,
}: UseJourneysOptions = {}): UseJourneys {
  const client = useApolloClient(ownClient);
  const watch = useMemo(
    () => new JourneysWatch({ client, pollIntervalMs, requestTimeoutMs }),
    [client, pollIntervalMs, requestTimeoutMs],
  );
  return useWatch(watch, { visibility, skip });
}
