import { useState } from 'react';
import { nextBounds, type Bounds } from './camera';
import type { Place } from './MapProps';

/** What the map shows: both places, and the same view as long as that serves. */
export function useBounds(home: Place | null, trainer: Place | null): Bounds | null {
  const [shown, setShown] = useState<Bounds | null>(null);
  const next = nextBounds(
    shown,
    [home, trainer].filter((place) => place !== null),
  );
  if (next?.join() !== shown?.join()) setShown(next);
  return next;
}
