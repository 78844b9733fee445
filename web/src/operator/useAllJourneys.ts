import { useApolloClient } from '@apollo/client/react';
import {
  failureOf,
  LiveLocationsDocument,
  newerLiveLocation,
  type JourneyFailure,
  type LiveLocation,
} from '@journey/client';
import { useEffect, useRef, useState } from 'react';
import { inChunks } from './counts';
import { isRefusal } from './isRefusal';

/** The service answers at most so many a request. */
const MOST_A_REQUEST = 50;
const ROUND_MS = 5000;

interface AllJourneys {
  readonly journeys: ReadonlyMap<string, LiveLocation>;
  readonly failure: JourneyFailure | undefined;
}

const NONE_YET: AllJourneys = { journeys: new Map(), failure: undefined };

/**
 * Where everybody is, in as few requests as the service allows: each session is asked about when the service said,
 * and no longer once nothing more can come. One round follows the answers of the one before, none runs while the page
 * is hidden, and what was known stays through errors.
 */
export function useAllJourneys(sessionIds: readonly string[]): AllJourneys {
  const client = useApolloClient();
  const [known, setKnown] = useState(NONE_YET);
  // By session, on this page's clock; missing: now; Infinity: never again.
  const dueAtMs = useRef(new Map<string, number>());

  useEffect(() => {
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
        const startMs = performance.now();
        const due = sessionIds.filter((id) => (dueAtMs.current.get(id) ?? 0) <= startMs);
        const answers = (await Promise.all(inChunks(due, MOST_A_REQUEST).map(ask))).flat();
        if (gone) return;
        for (const { sessionId, pollAfterMs } of answers) {
          // Half a round early rather than half a round late.
          dueAtMs.current.set(sessionId, startMs + (pollAfterMs ?? Infinity) - ROUND_MS / 2);
        }
        setKnown(({ journeys }) => ({ journeys: withNewer(journeys, answers), failure: undefined }));
      } catch (error) {
        if (gone) return;
        const failure = failureOf(error);
        setKnown(({ journeys }) => ({ journeys, failure }));
        if (isRefusal(failure)) return;
        waitMs = Math.max(waitMs, failure.retryAfterMs ?? 0);
      } finally {
        asking = false;
      }
      // Not all operators at the same instant.
      if (!document.hidden) timer = setTimeout(round, waitMs * (0.9 + 0.2 * Math.random()));
    };
    const shownOrHidden = () => {
      if (document.hidden) clearTimeout(timer);
      else void round();
    };
    if (sessionIds.length > 0) void round();
    document.addEventListener('visibilitychange', shownOrHidden);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', shownOrHidden);
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
