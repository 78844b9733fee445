import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';

import { failure } from '../connection/failure.js';
import type { JourneyTracker } from './JourneyTracker.js';
import type { PositionSource } from './position.js';
import { findTracker } from './trackerFor.js';
import type { KeyValueStorage } from './TrackerStore.js';
import { initialState, type ActionResult, type TrackerState } from './trackerState.js';

export interface UseJourneyTrackerOptions {
  /** One with another `id` than the last is taken at once, also in the middle of a journey. */
  position: PositionSource;
  /** AsyncStorage fits as it is; `browserStorage()` for localStorage. The first one given is kept. */
  storage: KeyValueStorage;
  /** Default: the ApolloProvider's. */
  client?: ApolloClient;
  /** Names this device to the service. Default: one that is made once and kept in the storage. */
  deviceId?: string;
  /** Default 720: an hour at one fix in 5 s. Beyond it the oldest are dropped, and counted. */
  maxBufferedFixes?: number;
  /** Default 5000, the service's interval: fixes kept in the buffer are at least this far apart. */
  fixSpacingMs?: number;
  /** Default 10000. */
  requestTimeoutMs?: number;
  /** Opens no tracker; one that is open goes on. */
  skip?: boolean;
}

export type TrackerActions = Pick<
  JourneyTracker,
  'start' | 'arrive' | 'stop' | 'takeOver' | 'retrySending' | 'restartWatch'
>;

export type UseJourneyTracker = TrackerState & TrackerActions;

const refused = (): Promise<ActionResult> =>
  Promise.resolve({ ok: false, failure: failure('CLOSED', 'There is no session to track.') });

/** Without a session, or skipped. */
const noTracker: TrackerActions & Pick<JourneyTracker, 'getState' | 'subscribe'> = {
  start: refused,
  arrive: refused,
  stop: refused,
  takeOver: refused,
  retrySending: () => undefined,
  restartWatch: () => undefined,
  getState: () => initialState,
  subscribe: () => () => undefined,
};

/**
 * Shows a session's one tracker (`trackerFor`) and its actions. The tracker outlives this component: a covered, blurred
 * or unmounted screen loses no fix.
 */
export function useJourneyTracker(
  sessionId: string | null | undefined,
  options: UseJourneyTrackerOptions,
): UseJourneyTracker {
  const { position, skip = false } = options;
  const client = useApolloClient(options.client);
  const tracker = !sessionId || skip ? null : findTracker({ ...options, client, sessionId });

  useEffect(() => {
    // Before the opening, so that the first watch is by the source of this render.
    tracker?.watchFrom(position);
    tracker?.open();
  }, [tracker, position]);

  const shown = tracker ?? noTracker;
  const state = useSyncExternalStore(shown.subscribe, shown.getState, shown.getState);
  return useMemo(
    () => ({
      ...state,
      start: shown.start,
      arrive: shown.arrive,
      stop: shown.stop,
      takeOver: shown.takeOver,
      retrySending: shown.retrySending,
      restartWatch: shown.restartWatch,
    }),
    [state, shown],
  );
}
