import { useApolloClient } from '@apollo/client/react';
import { failureOf, LiveLocationsDocument, newerLiveLocation, type JourneyFailure, type LiveLocation } from '@journey/client';
import { useEffect, useState } from 'react';
import { inChunks } from './counts';

/** The service answers at most so many a request. */
const MOST_A_REQUEST = 50;
const ROUND_MS = 5000;

interface AllJourneys {
  readonly journeys: ReadonlyMap<string, LiveLocation>;
  readonly failure: JourneyFailure | undefined;
}

const NONE_YET: AllJourneys = { journeys: new Map(), failure: undefined };

/**
 * Where everybody is, in rounds of as few requests as the service allows. One round follows the answers of the one
 * before, none runs while the page is hidden, and what was known stays through errors.
 */
export function useAllJourneys(sessionIds: readonly string[]): AllJourneys {
  const client = useApolloClient();
  const [known, setKnown] = useState(NONE_YET);

  useEffect(() => {
    if (sessionIds.length === 0) return undefined;
    let gone = false;
    let asking = false;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const ask = async (ids: string[]) => {
      const { data } = await client.query({
        query: LiveLocationsDocument,
        variables: { sessionIds: ids },
        fetchPolicy: 'no-cache',
      });
      return data?.liveLocations ?? [];
    };
    const round = async () => {
      if (asking) return;
      asking = true;
      clearTimeout(timer);
      let waitMs = ROUND_MS;
      try {
        const answers = (await Promise.all(inChunks(sessionIds, MOST_A_REQUEST).map(ask))).flat();
        if (gone) return;
        setKnown(({ journeys }) => ({ journeys: withNewer(journeys, answers), failure: undefined }));
      } catch (error) {
        if (gone) return;
        const failure = failureOf(error);
        setKnown(({ journeys }) => ({ journeys, failure }));
        if (failure.code === 'UNAUTHENTICATED' || failure.code === 'FORBIDDEN') return;
        waitMs = Math.max(waitMs, failure.retryAfterMs ?? 0);
      } finally {
        asking = false;
      }
      if (!document.hidden) timer = setTimeout(round, waitMs * (0.9 + 0.2 * Math.random()));
    };
    const shown = () => {
      if (document.hidden) clearTimeout(timer);
      else void round();
    };
    void round();
    document.addEventListener('visibilitychange', shown);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shown);
    };
  }, [client, sessionIds]);

  return known;
}

function withNewer(
  known: ReadonlyMap<string, LiveLocation>,
  answers: readonly LiveLocation[],
): ReadonlyMap<string, LiveLocation> {
  const merged = new Map(known);
  for (const answer of answers) {
    merged.set(answer.sessionId, newerLiveLocation(merged.get(answer.sessionId) ?? null, answer));
  }
  return merged;
}
