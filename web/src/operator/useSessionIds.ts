import { useApolloClient } from '@apollo/client/react';
import { failureOf, SessionsDocument, type JourneyFailure } from '@journey/client';
import { useEffect, useState } from 'react';
import { isRefusal } from '../app/refusals';

const PAGE = 100;
const RETRY_MS = 5000;
/** New bookings turn up so soon. */
const REFRESH_MS = 60_000;
/** An operator of thousands needs a list to choose from first. */
export const MOST_SESSIONS = 1000;

interface SessionIds {
  readonly sessionIds: readonly string[];
  /** There are others, which are not watched. */
  readonly more: boolean;
  readonly failure: JourneyFailure | undefined;
}

const NONE_YET: SessionIds = { sessionIds: [], more: false, failure: undefined };

/** The service's first sessions, page by page, kept up to date; tries again until it has them. */
export function useSessionIds({ skip }: { skip: boolean }): SessionIds {
  const client = useApolloClient();
  const [known, setKnown] = useState(NONE_YET);

  useEffect(() => {
    if (skip) return undefined;
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
        setKnown({ sessionIds: ids, more: Boolean(after), failure: undefined });
        timer = setTimeout(loadWhenSeen, REFRESH_MS);
      } catch (error) {
        if (gone) return;
        const failure = failureOf(error);
        setKnown((before) => ({ ...before, failure }));
        timer = setTimeout(loadWhenSeen, isRefusal(failure) ? REFRESH_MS : RETRY_MS);
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
  }, [client, skip]);

  return known;
}
