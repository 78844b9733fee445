import { useEffect, useMemo, useSyncExternalStore } from 'react';

import { alwaysVisible, type VisibilitySource } from './visibility.js';

/** What all watches of this package have in common. */
export interface Watch<S> {
  readonly getState: () => S;
  readonly subscribe: (listener: () => void) => () => void;
  readonly pollNow: () => void;
  open(): void;
  setVisibility(visibility: VisibilitySource): void;
  close(): void;
}

export interface UseWatchOptions {
  /** No polls in the background, one at once on return. Default: always in front. */
  visibility?: VisibilitySource;
  /** Sends nothing; what is known stays. */
  skip?: boolean;
}

export interface PollNow {
  /** Polls at once: pull to refresh, or after a new token. Starts a stopped poll again. */
  pollNow(): void;
}

/** Keeps a watch open while its component is there and not skipped. */
export function useWatch<S extends object>(
  watch: Watch<S>,
  { visibility = alwaysVisible, skip = false }: UseWatchOptions,
): S & PollNow {
  useEffect(() => {
    if (skip) return undefined;
    watch.open();
    return () => watch.close();
  }, [watch, skip]);
  // Apart from the opening: an app that makes its source anew at each render must not poll at each render.
  useEffect(() => {
    if (!skip) watch.setVisibility(visibility);
  }, [watch, visibility, skip]);

  const state = useSyncExternalStore(watch.subscribe, watch.getState, watch.getState);
  return useMemo(() => ({ ...state, pollNow: watch.pollNow }), [state, watch]);
}
