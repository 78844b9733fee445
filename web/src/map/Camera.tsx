import { LngLatBounds, type Map as MapLibreMap } from 'maplibre-gl';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../app/words';
import { TargetIcon } from '../ui/icons';
import type { Insets } from '../ui/Screen';
import { usePrefersReducedMotion } from '../ui/useMediaQuery';
import { lngLat, type Place } from './geometry';
import { useMap } from './MapView';

const CLOSEST_ZOOM = 15;
const MOVE_MS = 1400;
/**
 * The camera stays as long as all is in view and the best view is not this much closer, so that it is not always moving:
 * neither for each fix, nor whenever one more trainer sets off or the card grows by a line.
 */
const ZOOM_SLACK = 0.7;

/**
 * Keeps `places` in view beside the card, until the reader moves the map; then a button brings that back.
 */
export function Camera({ places, insets }: { places: readonly Place[]; insets: Insets }) {
  const map = useMap();
  const { app } = useWords();
  const still = usePrefersReducedMotion();
  const [following, setFollowing] = useState(true);
  const framed = useRef(false);
  const bounds = useMemo(() => boundsOf(places), [places]);

  useEffect(() => {
    const byHand = (event: { originalEvent?: unknown }) => {
      if (event.originalEvent) setFollowing(false);
    };
    map.on('dragstart', byHand);
    map.on('zoomstart', byHand);
    return () => {
      map.off('dragstart', byHand);
      map.off('zoomstart', byHand);
    };
  }, [map]);

  useEffect(() => {
    if (!following || bounds.isEmpty()) return;
    const best = bestView(map, bounds, insets);
    if (!best) return;
    const first = !framed.current;
    if (!first && isInView(map, bounds, insets) && (best.zoom ?? 0) - map.getZoom() < ZOOM_SLACK) {
      return;
    }
    framed.current = true;
    if (first || still) map.jumpTo(best);
    else map.easeTo({ ...best, duration: MOVE_MS });
  }, [map, bounds, insets, following, still]);

  if (following) return null;
  return (
    <button
      type="button"
      className="recentre"
      onClick={() => {
        map.easeTo({ ...bestView(map, bounds, insets), duration: still ? 0 : MOVE_MS });
        setFollowing(true);
      }}
    >
      <TargetIcon /> {app.recentre}
    </button>
  );
}

function boundsOf(places: readonly Place[]): LngLatBounds {
  return places.reduce((all, place) => all.extend(lngLat(place)), new LngLatBounds());
}

function bestView(map: MapLibreMap, bounds: LngLatBounds, insets: Insets) {
  return map.cameraForBounds(bounds, { padding: insets, maxZoom: CLOSEST_ZOOM });
}

/** North is always up on this map: if two opposite corners are in view, so are all places between them. */
function isInView(map: MapLibreMap, bounds: LngLatBounds, insets: Insets): boolean {
  const northWest = map.project(bounds.getNorthWest());
  const southEast = map.project(bounds.getSouthEast());
  const { clientWidth, clientHeight } = map.getContainer();
  // So far into the margin a trainer may drive before the camera moves.
  const slack = 32;
  return (
    northWest.x >= insets.left - slack &&
    southEast.x <= clientWidth - insets.right + slack &&
    northWest.y >= insets.top - slack &&
    southEast.y <= clientHeight - insets.bottom + slack
  );
}
