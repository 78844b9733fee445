import { useEffect, useMemo } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { useWatch, type PollNow, type UseWatchOptions } from '../connection/useWatch.js';
import { LiveLocationsWatch, type LiveLocationsState } from './LiveLocationsWatch.js';

export interface UseLiveLocationsOptions extends UseWatchOptions {
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 5000: rounds are at least this far apart. */
  roundMs?: number;
  /** Default 25, each about up to 50 sessions: of more sessions than that, the others wait for the next round. */
  maxRequestsPerRound?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
  /** The service's SIGNAL_LIVE_MS. Default 20000. */
  signalLiveMs?: number;
  /** The service's SIGNAL_DELAYED_MS. Default 60000. */
  signalDelayedMs?: number;
}

export interface UseLiveLocations extends LiveLocationsState, PollNow {}

const noSessions: readonly string[] = [];

/**
 * Watches many sessions at once: a dashboard, or parents of several students. Up to 50 are asked about in one request;
 * a session that the service refuses is reported in `refused`, and the others go on without it.
 */
export function useLiveLocations(
  sessionIds: readonly string[] | null | undefined,
  { visibility, skip = false, client: ownClient, ...tuning }: UseLiveLocationsOptions = {},
): UseLiveLocations {
  const client = useApolloClient(ownClient);
  const { roundMs, maxRequestsPerRound, requestTimeoutMs, signalLiveMs, signalDelayedMs } = tuning;
  const watch = useMemo(
    () =>
      new LiveLocationsWatch({
        client,
        roundMs,
        maxRequestsPerRound,
        requestTimeoutMs,
        signalLiveMs,
        signalDelayedMs,
      }),
    [client, roundMs, maxRequestsPerRound, requestTimeoutMs, signalLiveMs, signalDelayedMs],
  );

  // By content, for an app that makes its list anew at each render.
  const joinedIds = JSON.stringify(sessionIds ?? noSessions);
  // Before the opening, so that the first round is about all.
  useEffect(() => watch.watch(JSON.parse(joinedIds) as string[]), [watch, joinedIds]);
  return useWatch(watch, { visibility, skip: skip || joinedIds === '[]' });
}
