import { failureOf, useSessionsQuery, type JourneyFailure, type SessionFieldsFragment } from '@journey/client';
import { useFocusEffect } from 'expo-router';
import { useCallback } from 'react';

const PAGE = 100;

export interface Sessions {
  /** Ascending by time; undefined before the first answer. */
  readonly sessions: readonly SessionFieldsFragment[] | undefined;
  readonly failure: JourneyFailure | undefined;
  readonly isRefreshing: boolean;
  refresh(): Promise<unknown>;
  /** Undefined: there are no more. */
  readonly showMore: (() => Promise<unknown>) | undefined;
}

/** The viewer's own sessions, asked for anew whenever the screen comes to the front. */
export function useSessions(): Sessions {
  const { data, error, refetch, fetchMore, loading } = useSessionsQuery({
    variables: { first: PAGE },
    notifyOnNetworkStatusChange: true,
  });
  const refresh = useCallback(() => refetch().catch(() => undefined), [refetch]);
  useFocusEffect(
    useCallback(() => {
      void refresh();
    }, [refresh]),
  );
  const page = data?.sessions?.pageInfo;
  return {
    sessions: data?.sessions?.edges?.flatMap((edge) => (edge?.node?.id ? [edge.node as SessionFieldsFragment] : [])),
    failure: error && failureOf(error),
    isRefreshing: loading && data !== undefined,
    refresh,
    showMore: page?.hasNextPage
      ? () => fetchMore({ variables: { after: page.endCursor } }).catch(() => undefined)
      : undefined,
  };
}
