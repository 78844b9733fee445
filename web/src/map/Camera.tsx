import { LngLatBounds, type CenterZoomBearing, type Map as MapLibreMap } from 'maplibre-gl';
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
/** So far into the margin, in pixels, a trainer may drive before the camera moves. */
const MARGIN_SLACK = 32;

/**
 * Keeps `places` in view beside the card, until the reader moves the map; then a button brings that back.
 */
export function Camera({ places, insets }: { places: readonly Place[]; insets: Insets }) {
  const map = useMap();
  const { app } = useWords();
  const still = usePrefersReducedMotion();
  const [following, setFollowing] = useState(true);
  const framed = useRef<CenterZoomBearing>(undefined);
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
    const last = framed.current;
    const isGoodEnough = isInView(map, bounds, insets) || (last && isAlike(map, best, last));
    if (last && isGoodEnough && (best.zoom ?? 0) - map.getZoom() < ZOOM_SLACK) return;
    framed.current = best;
    if (!last || still) map.jumpTo(best);
    else map.easeTo({ ...best, duration: MOVE_MS });
  }, [map, bounds, insets, following, still]);

  if (following) return null;
  return (
    <button
      type="button"
      className="recentre"
      onClick={() => {
        framed.current = bestView(map, bounds, insets);
        map.easeTo({ ...framed.current, duration: still ? 0 : MOVE_MS });
        setFollowing(true);
      }}
    >
      <TargetIcon /> {app.recentre}
    </button>
  );
}

/**
 * Whether two views show nearly the same. The map ends at its bounds, so that it may not reach a view: without this
 * comparison it would set out for it at each new position, and be drawn anew all the time.
 */
function isAlike(map: MapLibreMap, one: CenterZoomBearing, other: CenterZoomBearing): boolean {
  if (!one.center || !other.center || Math.abs((one.zoom ?? 0) - (other.zoom ?? 0)) > 0.1) return false;
  return map.project(one.center).dist(map.project(other.center)) <= MARGIN_SLACK;
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
  return (
    northWest.x >= insets.left - MARGIN_SLACK &&
    southEast.x <= clientWidth - insets.right + MARGIN_SLACK &&
    northWest.y >= insets.top - MARGIN_SLACK &&
    southEast.y <= clientHeight - insets.bottom + MARGIN_SLACK
  );
}
