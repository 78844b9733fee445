import { failureOf, useSessionQuery, type JourneyFailure } from '@journey/client';
import { useState } from 'react';
import { isFinal } from '../app/isFinal';
import type { Place } from '../map/geometry';

const ASK_AGAIN_MS = 5000;

interface Home {
  readonly home: Place | undefined;
  /** Why the service will not tell it, however often it is asked. */
  readonly refusal: JourneyFailure | undefined;
}

/** Where a session takes place: asked once, and again only as long as the service cannot answer. */
export function useHome(sessionId: string): Home {
  const [settled, setSettled] = useState(false);
  const session = useSessionQuery({
    variables: { id: sessionId },
    pollInterval: settled ? 0 : ASK_AGAIN_MS,
    skipPollAttempt: () => document.hidden,
  });
  const home = session.dataState === 'complete' ? session.data.session.home : undefined;
  const failure = session.error && failureOf(session.error);
  const refusal = failure && isFinal(failure) ? failure : undefined;
  const isSettled = Boolean(home ?? refusal);
  if (isSettled !== settled) setSettled(isSettled);
  return { home, refusal };
}
