import { useApolloClient } from '@apollo/client/react';
import { failureOf, SessionsDocument, type JourneyFailure } from '@journey/client';
import { useEffect, useState } from 'react';

const PAGE = 100;
const RETRY_MS = 5000;
/** A demo's worth: an operator of thousands needs a list to choose from first. */
const MOST_SESSIONS = 1000;

/** All sessions of the service, page by page; tries again until it has them, unless it is refused. */
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
        setSessionIds(ids);
        setFailure(undefined);
      } catch (error) {
        if (gone) return;
        const known = failureOf(error);
        setFailure(known);
        if (known.code !== 'UNAUTHENTICATED' && known.code !== 'FORBIDDEN')
          timer = setTimeout(load, RETRY_MS);
      }
    };
    void load();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [client]);

  return { sessionIds, failure };
}
