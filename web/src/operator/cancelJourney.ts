import type { ApolloClient } from '@apollo/client';
import { failureOf, type JourneyFailure } from '@journey/client';
import { CancelJourneyDocument } from '@journey/client/fleet';

const TIMEOUT_MS = 10_000;

/** Returns why it failed; undefined: the journey is cancelled, by this request or by an earlier one. */
export async function cancelJourney(
  client: ApolloClient,
  sessionId: string,
): Promise<JourneyFailure | undefined> {
  try {
    await client.mutate({
      mutation: CancelJourneyDocument,
      variables: { sessionId },
      fetchPolicy: 'no-cache',
      errorPolicy: 'none',
      context: { fetchOptions: { signal: AbortSignal.timeout(TIMEOUT_MS) } },
    });
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}
