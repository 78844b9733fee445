import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { JourneyTracker } from './JourneyTracker.js';
import type { PositionSource } from './position.js';
import type { KeyValueStorage } from './TrackerStore.js';
import type { TrackerState } from './trackerState.js';
import { apolloTransport } from './transport.js';

export interface UseJourneyTrackerOptions {
  position: PositionSource;
  /** AsyncStorage fits as it is; `browserStorage()` for localStorage. The first one given is kept. */
  storage: KeyValueStorage;
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Default 720: an hour at one fix in 5 s. Beyond it the oldest are dropped, and counted. */
  maxBufferedFixes?: number;
  /** Default 5000, the service's pace: fixes kept in the buffer are at least this far apart. */
  fixSpacingMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
}

export type UseJourneyTracker = TrackerState & Pick<JourneyTracker, 'start' | 'arrive' | 'stop' | 'resume'>;

/**
 * Drives a session's journey for as long as the component is there. Mount it once a session, above the screens:
 * unmounted it watches nothing, and goes on from the storage at the next mount.
 */
export function useJourneyTracker(sessionId: string, options: UseJourneyTrackerOptions): UseJourneyTracker {
  const { position, client: ownClient, maxBufferedFixes, fixSpacingMs, requestTimeoutMs } = options;
  const client = useApolloClient(ownClient);
  const { current: first } = useRef(options);
  const tracker = useMemo(
    () =>
      new JourneyTracker({
        sessionId,
        transport: apolloTransport(client),
        position: first.position,
        storage: first.storage,
        maxBufferedFixes,
        fixSpacingMs,
        requestTimeoutMs,
      }),
    [client, sessionId, first, maxBufferedFixes, fixSpacingMs, requestTimeoutMs],
  );

  // Before the opening, so that the first watch is by the source of this render.
  useEffect(() => tracker.watchFrom(position), [tracker, position]);
  useEffect(() => {
    tracker.open();
    return () => tracker.close();
  }, [tracker]);

  const state = useSyncExternalStore(tracker.subscribe, tracker.getState, tracker.getState);
  return useMemo(
    () => ({
      ...state,
      start: tracker.start,
      arrive: tracker.arrive,
      stop: tracker.stop,
      resume: tracker.resume,
    }),
    [state, tracker],
  );
}
