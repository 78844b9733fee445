import type { ApolloClient } from '@apollo/client';
import type { NoShowsQuery } from '@journey/client';
import { NoShowsDocument } from '@journey/client/fleet';

const PAGE_SIZE = 100;
/** More than an operator can call. Whoever reads the list learns that there are more. */
const MAX_PAGES = 3;
/** For one page. */
const TIMEOUT_MS = 10_000;
/** A session that nobody has set off for in this time is for the booking system to settle. */
const MAX_AGE_MS = 2 * 3600_000;

export type NoShow = NoShowsQuery['noShows']['edges'][number]['node'];

export interface NoShowReading {
  /** Of the last hours, the oldest first. */
  readonly noShows: readonly NoShow[];
  /** There are more, which begin earlier than these. */
  readonly hasMore: boolean;
}

/** The sessions that nobody has set off for in time. The service has them ready: it costs some pages, however many sessions wait. */
export async function readNoShows(client: ApolloClient): Promise<NoShowReading> {
  const since = Date.now() - MAX_AGE_MS;
  const noShows: NoShow[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const { edges, pageInfo }: NoShowsQuery['noShows'] = await readPage(client, after);
    const nodes = edges.map(({ node }) => node);
    const recent = nodes.filter(({ scheduledAt }) => Date.parse(scheduledAt) >= since);
    noShows.unshift(...recent.reverse());
    if (!pageInfo.hasNextPage || recent.length < nodes.length) return { noShows, hasMore: false };
    after = pageInfo.endCursor;
  }
  return { noShows, hasMore: true };
}

async function readPage(client: ApolloClient, after: string | null): Promise<NoShowsQuery['noShows']> {
  const { data } = await client.query({
    query: NoShowsDocument,
    variables: { first: PAGE_SIZE, after },
    fetchPolicy: 'no-cache',
    errorPolicy: 'none',
    context: { fetchOptions: { signal: AbortSignal.timeout(TIMEOUT_MS) }, queryDeduplication: false },
  });
  if (!data) throw new Error('The answer has no data.');
  return data.noShows;
}
