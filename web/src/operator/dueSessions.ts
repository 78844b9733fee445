import type { ApolloClient } from '@apollo/client';
import { SessionsDocument, type SessionsQuery } from '@journey/client';

const PAGE_SIZE = 100;
/** For one page. */
const TIMEOUT_MS = 10_000;
/** A session that nobody has set off for in this time is for the booking system to settle. */
const MAX_AGE_MS = 2 * 3600_000;

export interface DueSession {
  readonly id: string;
  /** RFC 3339. */
  readonly scheduledAt: string;
}

/** The booked sessions that should have begun in the last hours, the oldest first. */
export async function readDueSessions(client: ApolloClient): Promise<DueSession[]> {
  const now = Date.now();
  const filter = {
    scheduledFrom: new Date(now - MAX_AGE_MS).toISOString(),
    scheduledTo: new Date(now).toISOString(),
    statuses: ['SCHEDULED' as const, 'CONFIRMED' as const],
  };
  const page = async (after: string | null): Promise<SessionsQuery['sessions']> => {
    const { data } = await client.query({
      query: SessionsDocument,
      variables: { first: PAGE_SIZE, after, filter },
      fetchPolicy: 'no-cache',
      errorPolicy: 'none',
      context: { fetchOptions: { signal: AbortSignal.timeout(TIMEOUT_MS) }, queryDeduplication: false },
    });
    if (!data) throw new Error('The answer has no data.');
    return data.sessions;
  };
  const due: DueSession[] = [];
  let after: string | null = null;
  do {
    const { edges, pageInfo } = await page(after);
    due.push(...edges.map(({ node: { id, scheduledAt } }) => ({ id, scheduledAt })));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  return due;
}
