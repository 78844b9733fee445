import { useSessionQuery } from '@journey/client';
import { useEffect, useState } from 'react';
import type { Place } from '../map/geometry';

const ASK_AGAIN_MS = 5000;

/** Where a session takes place: asked once, and again only as long as the service cannot answer. */
export function useHome(sessionId: string, refused: boolean): Place | undefined {
  const [known, setKnown] = useState(false);
  const session = useSessionQuery({
    variables: { id: sessionId },
    pollInterval: known || refused ? 0 : ASK_AGAIN_MS,
    skipPollAttempt: () => document.hidden,
  });
  const home = session.dataState === 'complete' ? session.data.session.home : undefined;
  useEffect(() => setKnown(Boolean(home)), [home]);
  return home;
}
