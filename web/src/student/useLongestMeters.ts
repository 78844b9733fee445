import { useEffect, useState } from 'react';
import { tabStorage } from '../app/pageStorage';

const keyOf = (journeyId: string): string => `journey.longest.${journeyId}`;

function keptOf(journeyId: string | undefined): number | undefined {
  const kept = journeyId && tabStorage.get(keyOf(journeyId));
  return kept ? Number(kept) : undefined;
}

/** How far a journey was at most, also through a reload: the length of a progress bar. */
export function useLongestMeters(
  journeyId: string | null | undefined,
  distanceMeters: number | null | undefined,
): number | undefined {
  const id = journeyId ?? undefined;
  const [longest, setLongest] = useState(() => ({ id, meters: keptOf(id) }));
  const before = longest.id === id ? longest.meters : keptOf(id);
  const meters = distanceMeters == null ? before : Math.max(distanceMeters, before ?? 0);
  if (longest.id !== id || longest.meters !== meters) setLongest({ id, meters });

  useEffect(() => {
    if (id && meters !== undefined) tabStorage.set(keyOf(id), String(meters));
  }, [id, meters]);
  return meters;
}
