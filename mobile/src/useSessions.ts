import {
  failureOf,
  useSessionsQuery,
  type JourneyFailure,
  type SessionFieldsFragment,
} from '@journey/client';
import { useFocusEffect } from 'expo-router';
import { useCallback, useState } from 'react';

const PAGE = 100;

export interface Sessions {
  /** Ascending by time; undefined before the first answer. */
  readonly sessions: readonly SessionFieldsFragment[] | undefined;
  /** When they were asked for last: what is past or of today is so at that time. */
  readonly askedAtMs: number;
  readonly failure: JourneyFailure | undefined;
  readonly isRefreshing: boolean;
  readonly refresh: () => Promise<unknown>;
  /** Undefined: there are no more. */
  readonly showMore: (() => Promise<unknown>) | undefined;
}

/** The viewer's own sessions, asked for anew whenever the screen comes to the front. */
export function useSessions(): Sessions {
  const { data, error, refetch, fetchMore, loading } = useSessionsQuery({
    variables: { first: PAGE },
    notifyOnNetworkStatusChange: true,
  });
  const [askedAtMs, setAskedAtMs] = useState(() => Date.now());
  const refresh = useCallback(() => {
    setAskedAtMs(Date.now());
    return refetch().catch(() => undefined);
  }, [refetch]);
  useFocusEffect(
    useCallback(() => {
      void refresh();
    }, [refresh]),
  );
  const page = data?.sessions?.pageInfo;
  return {
    sessions: data?.sessions?.edges?.flatMap((edge) => (edge?.node?.id ? [edge.node] : [])),
    askedAtMs,
    failure: error && failureOf(error),
    isRefreshing: loading && data !== undefined,
    refresh,
    showMore: page?.hasNextPage
      ? () => fetchMore({ variables: { after: page.endCursor } }).catch(() => undefined)
      : undefined,
  };
}
