import { useApolloClient } from '@apollo/client/react';
import { useLiveLocations } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import { useEffect, useMemo, useState } from 'react';
import { readDueSessions, type DueSession } from './dueSessions';

/** The service itself checks for no-shows once a minute. */
const READ_INTERVAL_MS = 60_000;
const RETRY_MS = 10_000;
/** As often as the service wants to be asked about a session without a journey. */
const ROUND_MS = 30_000;

export interface NoShow extends DueSession {
  readonly trainerId: string;
}

export interface NoShows {
  /** The oldest first. */
  readonly noShows: readonly NoShow[];
  /** The service did not say which there are: these are those that were known last. */
  readonly failed: boolean;
}

/**
 * The sessions that nobody has set off for although somebody should have. They have no journey, so the list of journeys
 * does not contain them: the sessions that were due are listed, and each is asked about as a student would.
 */
export function useNoShows({ skip }: { skip: boolean }): NoShows {
  const [visibility] = useState(documentVisibility);
  const { sessions, failed } = useDueSessions(skip);
  const ids = useMemo(() => sessions.map(({ id }) => id), [sessions]);
  const live = useLiveLocations(ids, { visibility, skip, roundMs: ROUND_MS });
  const noShows = useMemo(
    () =>
      sessions.flatMap((session) => {
        const liveLocation = live.sessions.get(session.id)?.liveLocation;
        return liveLocation?.alerts.includes('NO_SHOW')
          ? [{ ...session, trainerId: liveLocation.trainerId }]
          : [];
      }),
    [sessions, live.sessions],
  );
  return { noShows, failed: failed || live.failure !== null };
}

function useDueSessions(skip: boolean): { sessions: readonly DueSession[]; failed: boolean } {
  const client = useApolloClient();
  const [due, setDue] = useState<{ sessions: readonly DueSession[]; failed: boolean }>({
    sessions: [],
    failed: false,
  });
  useEffect(() => {
    if (skip) return undefined;
    let closed = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      let waitMs = READ_INTERVAL_MS;
      // Nobody sees it: what is known stays until somebody does.
      if (!document.hidden) {
        const sessions = await readDueSessions(client).catch(() => undefined);
        if (closed) return;
        setDue((before) => (sessions ? { sessions, failed: false } : { ...before, failed: true }));
        if (!sessions) waitMs = RETRY_MS;
      }
      timer = setTimeout(() => void read(), waitMs);
    };
    const onVisible = () => {
      if (document.hidden || timer === undefined) return;
      clearTimeout(timer);
      timer = undefined;
      void read();
    };
    void read();
    document.addEventListener('visibilitychange', onVisible);
    return () => {
      closed = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [client, skip]);
  return due;
}
