import { failureOf, useSessionQuery, type JourneyFailure } from '@journey/client';
import { useState } from 'react';
import { isFinal, isRefusal } from '../app/refusals';
import type { Place } from '../map/geometry';

const ASK_AGAIN_MS = 5000;
/** With a refused token: as often as the hooks of the client do. */
const UNAUTHENTICATED_MS = 30_000;

interface Home {
  readonly home: Place | undefined;
  /** Why the service does not say it. */
  readonly refusal: JourneyFailure | undefined;
}

/** Where a session takes place: asked once, and again only as long as the service cannot answer. */
export function useHome(sessionId: string, { skip = false } = {}): Home {
  const [intervalMs, setIntervalMs] = useState(ASK_AGAIN_MS);
  const session = useSessionQuery({
    variables: { id: sessionId },
    skip,
    pollInterval: intervalMs,
    skipPollAttempt: () => document.hidden,
  });
  const home = session.dataState === 'complete' ? session.data.session.home : undefined;
  const failure = session.error && failureOf(session.error);
  const refusal = failure && isRefusal(failure) ? failure : undefined;
  const isSettled = Boolean(home) || Boolean(refusal && isFinal(refusal));
  const wantedMs = isSettled ? 0 : refusal ? UNAUTHENTICATED_MS : ASK_AGAIN_MS;
  if (wantedMs !== intervalMs) setIntervalMs(wantedMs);
  return { home, refusal };
}
