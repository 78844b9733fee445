import { kindOf, type JourneyFailure } from '@journey/client';
import { useEffect, useRef, useState } from 'react';
import { useScreenVisibility } from '../ui/useScreenVisibility';
import type { SessionPages } from './useSessionPages';

const RETRY_MS = 5000;

export interface SessionLists {
  /** Whether every list has had an answer. */
  readonly isLoaded: boolean;
  readonly failure: JourneyFailure | undefined;
  readonly refresh: () => Promise<void>;
}

/** When the lists of a screen were asked for last: what is past or of today is so at that time. */
export const useAskedAt = () => useState(() => Date.now());

/** The lists of one screen together: they are asked for anew whenever the screen comes to the front, and after an outage. */
export function useSessionLists(
  lists: readonly SessionPages[],
  setAskedAtMs: (askedAtMs: number) => void,
): SessionLists {
  const visibility = useScreenVisibility();
  const refresh = async (): Promise<void> => {
    const nowMs = Date.now();
    setAskedAtMs(nowMs);
    await Promise.all(lists.map((list) => list.refresh(nowMs)));
  };
  const newest = useRef(refresh);
  useEffect(() => {
    newest.current = refresh;
  });
  useEffect(() => visibility.subscribe((isVisible) => void (isVisible && newest.current())), [visibility]);
  const failure = lists.find((list) => list.failure)?.failure;
  const isPassing = failure !== undefined && ['TRANSIENT', 'FAULT'].includes(kindOf(failure));
  useEffect(() => {
    if (!isPassing) return undefined;
    const retry = setTimeout(() => void (visibility.isVisible() && newest.current()), RETRY_MS);
    return () => clearTimeout(retry);
  }, [failure, isPassing, visibility]);
  return {
    isLoaded: lists.every(({ sessions }) => sessions !== undefined),
    failure,
    refresh,
  };
}
