import type { Fix } from '@journey/client';
import { useState } from 'react';
import type { Place } from '../map/geometry';

interface OwnTrail {
  readonly journeyId: string | undefined;
  /** Fixes of this phone, oldest first, without the newest: the marker is still on its way there. */
  readonly trail: readonly Place[];
  readonly newest: Place | undefined;
}

/** The way of this phone since the page opened; another journey begins anew. */
export function useOwnTrail(journeyId: string | undefined, lastFix: Fix | null): OwnTrail {
  const [own, setOwn] = useState<OwnTrail>({ journeyId, trail: [], newest: undefined });
  const base: OwnTrail =
    own.journeyId === journeyId && lastFix ? own : { journeyId, trail: [], newest: undefined };
  const { newest } = base;
  const moved = lastFix && (newest?.latitude !== lastFix.latitude || newest.longitude !== lastFix.longitude);
  const next = moved
    ? { journeyId, trail: newest ? [...base.trail, newest] : base.trail, newest: lastFix }
    : base;
  if (next !== own && (moved || own.journeyId !== journeyId || own.newest)) setOwn(next);
  return next;
}
