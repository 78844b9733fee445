import { useApolloClient } from '@apollo/client/react';
import { failureOf, SessionsDocument, type JourneyFailure } from '@journey/client';
import { useEffect, useState } from 'react';
import { isRefusal } from './isRefusal';

const PAGE = 100;
const RETRY_MS = 5000;
/** New bookings turn up so soon. */
const REFRESH_MS = 60_000;
/** A demo's worth: an operator of thousands needs a list to choose from first. */
const MOST_SESSIONS = 1000;

/** All sessions of the service, page by page, kept up to date; tries again until it has them, unless it is refused. */
export function useSessionIds(): { sessionIds: readonly string[]; failure: JourneyFailure | undefined } {
  const client = useApolloClient();
  const [sessionIds, setSessionIds] = useState<readonly string[]>([]);
  const [failure, setFailure] = useState<JourneyFailure>();

  useEffect(() => {
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      try {
        const ids: string[] = [];
        let after: string | null | undefined;
        do {
          const { data } = await client.query({
            query: SessionsDocument,
            variables: { first: PAGE, after: after ?? null },
            fetchPolicy: 'no-cache',
          });
          ids.push(...(data?.sessions.edges.map(({ node }) => node.id) ?? []));
          const page = data?.sessions.pageInfo;
          after = page?.hasNextPage ? page.endCursor : undefined;
        } while (after && ids.length < MOST_SESSIONS && !gone);
        if (gone) return;
        setSessionIds((before) => (ids.join() === before.join() ? before : ids));
        setFailure(undefined);
        timer = setTimeout(loadWhenSeen, REFRESH_MS);
      } catch (error) {
        if (gone) return;
        const known = failureOf(error);
        setFailure(known);
        if (!isRefusal(known)) timer = setTimeout(loadWhenSeen, RETRY_MS);
      }
    };
    const loadWhenSeen = () => {
      if (document.hidden) timer = setTimeout(loadWhenSeen, RETRY_MS);
      else void load();
    };
    void load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [client]);

  return { sessionIds, failure };
}
