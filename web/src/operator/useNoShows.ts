import { useApolloClient } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { readNoShows, type NoShowReading } from './readNoShows';

/** The service itself checks for no-shows once a minute; a trainer who sets off at last leaves the list at once. */
const READ_INTERVAL_MS = 30_000;
const RETRY_MS = 10_000;

export interface NoShows extends NoShowReading {
  /** The service did not say which there are: these are those that were known last. */
  readonly failed: boolean;
}

const NONE: NoShows = { noShows: [], hasMore: false, failed: false };

/**
 * The sessions that nobody has set off for although somebody should have. They have no journey, so the list of journeys
 * does not contain them.
 */
export function useNoShows({ skip }: { skip: boolean }): NoShows {
  const client = useApolloClient();
  const [known, setKnown] = useState<NoShows>(NONE);
  useEffect(() => {
    if (skip) return undefined;
    let closed = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      let waitMs = READ_INTERVAL_MS;
      // Nobody sees it: what is known stays until somebody does.
      if (!document.hidden) {
        const reading = await readNoShows(client).catch(() => undefined);
        if (closed) return;
        setKnown((before) => (reading ? { ...reading, failed: false } : { ...before, failed: true }));
        if (!reading) waitMs = RETRY_MS;
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
  return known;
}
