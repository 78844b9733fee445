import { useEffect, useState } from 'react';
import { tabStorage } from '../app/pageStorage';
import type { Place } from '../map/geometry';

interface Progress {
  readonly journeyId: string | undefined;
  /** Fixes seen by this page, oldest first, without the newest: the marker is still on its way there. */
  readonly trail: readonly Place[];
  readonly newest: Place | undefined;
  readonly longestMeters: number | undefined;
}

const NOTHING: Progress = { journeyId: undefined, trail: [], newest: undefined, longestMeters: undefined };

const longestKey = (journeyId: string): string => `journey.longest.${journeyId}`;

function begin(journeyId: string | undefined): Progress {
  const longest = journeyId && tabStorage.get(longestKey(journeyId));
  return { ...NOTHING, journeyId, longestMeters: longest ? Number(longest) : undefined };
}

/**
 * Remembers what a journey looked like since this page opened, and through a reload how far it was at most; another
 * journey begins anew.
 */
export function useProgress(
  journeyId: string | null | undefined,
  location: Place | null,
  distanceMeters: number | null | undefined,
): Progress {
  const [progress, setProgress] = useState(NOTHING);
  const latitude = location?.latitude;
  const longitude = location?.longitude;

  useEffect(() => {
    // eslint-disable-next-line react-hooks/set-state-in-effect -- each fix is an event that adds to what is there
    setProgress((before) => {
      const base = before.journeyId === (journeyId ?? undefined) ? before : begin(journeyId ?? undefined);
      const longestMeters =
        distanceMeters == null ? base.longestMeters : Math.max(distanceMeters, base.longestMeters ?? 0);
      if (latitude === undefined || longitude === undefined)
        return { ...base, trail: [], newest: undefined, longestMeters };
      if (base.newest?.latitude === latitude && base.newest.longitude === longitude)
        return { ...base, longestMeters };
      const trail = base.newest ? [...base.trail, base.newest] : base.trail;
      return { ...base, trail, newest: { latitude, longitude }, longestMeters };
    });
  }, [journeyId, latitude, longitude, distanceMeters]);

  const { longestMeters } = progress;
  useEffect(() => {
    if (progress.journeyId && longestMeters !== undefined)
      tabStorage.set(longestKey(progress.journeyId), String(longestMeters));
  }, [progress.journeyId, longestMeters]);

  return progress;
}
