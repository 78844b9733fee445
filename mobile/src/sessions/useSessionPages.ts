import {
  failureOf,
  useSessionsQuery,
  type JourneyFailure,
  type SessionFieldsFragment,
  type SessionFilter,
} from '@journey/client';
import { useMemo, useState } from 'react';

const PAGE = 20;
/** The most that the service returns at once. */
const MOST = 100;

export interface SessionPages {
  /** As they are listed; undefined before the first answer. After a failure those that were known last. */
  readonly sessions: readonly SessionFieldsFragment[] | undefined;
  readonly failure: JourneyFailure | undefined;
  /**
   * Asks anew for as many as are shown, unless the filter changes with this time: then the list is asked for by itself.
   * Never rejects: `failure` says what went wrong.
   */
  readonly refresh: (nowMs: number) => Promise<void>;
  /** Undefined: there are no more. Never rejects. */
  readonly showMore: (() => Promise<void>) | undefined;
}

/**
 * The viewer's own sessions that the filter of a time lets through, page by page: ascending, or descending from the latest
 * one.
 */
export function useSessionPages(
  filterAt: (nowMs: number) => SessionFilter,
  nowMs: number,
  order: 'ASCENDING' | 'DESCENDING',
): SessionPages {
  const isAscending = order === 'ASCENDING';
  const filter = filterAt(nowMs);
  const [newestShown, setNewestShown] = useState(PAGE);
  // Another filter begins with as many as were shown of the one before, so that no list gets shorter.
  const [begun, setBegun] = useState({ filter, count: PAGE });
  const count = isSame(filter, begun.filter) ? begun.count : newestShown;
  if (!isSame(filter, begun.filter)) setBegun({ filter, count });
  const { data, previousData, error, refetch, fetchMore } = useSessionsQuery({
    variables: { filter, ...(isAscending ? { first: count } : { last: count }) },
    fetchPolicy: 'cache-and-network',
  });
  const [failure, setFailure] = useState<JourneyFailure>();
  const queryFailure = useMemo(() => error && failureOf(error), [error]);
  const attempt = async (request: () => Promise<unknown>): Promise<void> => {
    setFailure(undefined);
    await request().catch((thrown: unknown) => setFailure(failureOf(thrown)));
  };

  const { edges, pageInfo } = (data ?? previousData)?.sessions ?? {};
  const sessions = edges?.map(({ node }) => node);
  const shown = Math.min(MOST, Math.max(PAGE, sessions?.length ?? 0));
  if (shown !== newestShown) setNewestShown(shown);
  const hasMore = isAscending ? pageInfo?.hasNextPage : pageInfo?.hasPreviousPage;
  const more = isAscending
    ? { first: PAGE, after: pageInfo?.endCursor }
    : { last: PAGE, before: pageInfo?.startCursor };
  return {
    sessions: isAscending ? sessions : sessions?.reverse(),
    failure: failure ?? queryFailure,
    refresh: (atMs) =>
      attempt(async () => {
        if (isSame(filterAt(atMs), filter)) await refetch(isAscending ? { first: shown } : { last: shown });
      }),
    showMore: hasMore ? () => attempt(() => fetchMore({ variables: more })) : undefined,
  };
}

const isSame = (one: SessionFilter, other: SessionFilter): boolean =>
  JSON.stringify(one) === JSON.stringify(other);
