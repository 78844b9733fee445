import {
  failureOf,
  useSessionsQuery,
  type JourneyFailure,
  type SessionFieldsFragment,
  type SessionFilter,
} from '@journey/client';
import { useState } from 'react';

const PAGE = 20;
/** The most that the service returns at once. */
const MOST = 100;

export interface SessionPages {
  /** As they are listed; undefined before the first answer. After a failure those that were known last. */
  readonly sessions: readonly SessionFieldsFragment[] | undefined;
  readonly failure: JourneyFailure | undefined;
  /** Asks anew for as many as are shown. Never rejects: `failure` says what went wrong. */
  readonly refresh: () => Promise<void>;
  /** Undefined: there are no more. Never rejects. */
  readonly showMore: (() => Promise<void>) | undefined;
}

/** The viewer's own sessions that a filter lets through, page by page: ascending, or descending from the latest one. */
export function useSessionPages(filter: SessionFilter, order: 'ASCENDING' | 'DESCENDING'): SessionPages {
  const isAscending = order === 'ASCENDING';
  const { data, previousData, error, refetch, fetchMore } = useSessionsQuery({
    variables: { filter, ...(isAscending ? { first: PAGE } : { last: PAGE }) },
    fetchPolicy: 'cache-and-network',
  });
  const [failure, setFailure] = useState<JourneyFailure>();
  const attempt = async (request: () => Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    await request().catch((thrown: unknown) => setFailure(failureOf(thrown)));
  };

  const { edges, pageInfo } = (data ?? previousData)?.sessions ?? {};
  const sessions = edges?.map(({ node }) => node);
  const shown = Math.min(MOST, Math.max(PAGE, sessions?.length ?? 0));
  const hasMore = isAscending ? pageInfo?.hasNextPage : pageInfo?.hasPreviousPage;
  const more = isAscending
    ? { first: PAGE, after: pageInfo?.endCursor }
    : { last: PAGE, before: pageInfo?.startCursor };
  return {
    sessions: isAscending ? sessions : sessions?.reverse(),
    failure: failure ?? (error && failureOf(error)),
    refresh: () => attempt(() => refetch(isAscending ? { first: shown } : { last: shown })),
    showMore: hasMore ? () => attempt(() => fetchMore({ variables: more })) : undefined,
  };
}
