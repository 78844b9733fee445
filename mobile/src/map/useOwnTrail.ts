import { useApolloClient } from '@apollo/client/react';
import { WatchLocationDocument, type Fix, type VisibilitySource } from '@journey/client';
import { useEffect, useState } from 'react';
import type { Place } from './MapProps';

/** What the service has of a trail, as one answer has it. */
interface KnownTrail {
  readonly journeyId: string;
  readonly places: readonly Place[];
}

/** The fixes of this phone since an answer; undefined: there was none yet. */
interface OwnPlaces extends KnownTrail {
  readonly since: KnownTrail | undefined;
}

/** As far apart as the places of the service's own trail. */
const APART_METERS = 25;
const RETRY_MS = 5000;
const METERS_PER_DEGREE = 111_195;

interface OwnTrailOptions {
  readonly sessionId: string;
  /** Undefined without an active journey: then there is no trail. */
  readonly journeyId: string | undefined;
  readonly lastFix: Fix | null;
  readonly visibility: VisibilitySource;
}

/**
 * The way of this phone so far, oldest first: what the service had of it when the screen came to the front, since the app
 * may have been killed on the way or drawn nothing in a pocket; and this phone's own fixes since that answer, which holds
 * the earlier ones.
 */
export function useOwnTrail({
  sessionId,
  journeyId,
  lastFix,
  visibility,
}: OwnTrailOptions): readonly Place[] {
  const returns = useReturns(visibility);
  const known = useKnownTrail(sessionId, journeyId, returns);
  const [own, setOwn] = useState<OwnPlaces>();
  const places = own && own.journeyId === journeyId && own.since === known ? own.places : [];
  const last = places.at(-1);
  if (journeyId && lastFix && (!last || metersBetween(last, lastFix) >= APART_METERS))
    setOwn({ journeyId, since: known, places: [...places, lastFix] });

  if (!journeyId) return [];
  // The mark stands where the newest fix is.
  return [...(known?.places ?? []), ...places, ...(lastFix ? [lastFix] : [])];
}

/** How often the screen came to the front. */
function useReturns(visibility: VisibilitySource): number {
  const [returns, setReturns] = useState(0);
  useEffect(
    () =>
      visibility.subscribe((isVisible) => {
        if (isVisible) setReturns((before) => before + 1);
      }),
    [visibility],
  );
  return returns;
}

/** What the service has of the trail, asked for anew with each of these returns. */
function useKnownTrail(
  sessionId: string,
  journeyId: string | undefined,
  returns: number,
): KnownTrail | undefined {
  const client = useApolloClient();
  const [known, setKnown] = useState<KnownTrail>();
  useEffect(() => {
    if (!journeyId) return undefined;
    let isCurrent = true;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      const { data } = await client.query({
        query: WatchLocationDocument,
        variables: { sessionId, afterVersion: 0 },
        fetchPolicy: 'no-cache',
      });
      const location = data?.liveLocation;
      if (isCurrent && location?.journeyId === journeyId) setKnown({ journeyId, places: location.trail });
    };
    const tryToAsk = (): void =>
      void ask().catch(() => {
        // Until then the own fixes are what there is to draw.
        if (isCurrent) retry = setTimeout(tryToAsk, RETRY_MS);
      });
    tryToAsk();
    return () => {
      isCurrent = false;
      clearTimeout(retry);
    };
  }, [client, sessionId, journeyId, returns]);
  return known?.journeyId === journeyId ? known : undefined;
}

/** Good enough for places that are metres apart. */
function metersBetween(one: Place, other: Place): number {
  const north = other.latitude - one.latitude;
  const east = (other.longitude - one.longitude) * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(north, east) * METERS_PER_DEGREE;
}
