import { LngLatBounds, type Map as MapLibreMap } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
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
    if (!following || places.length === 0) return;
    const best = bestView(map, places, insets);
    if (!best) return;
    const first = !framed.current;
    if (
      !first &&
      places.every((place) => isInView(map, place, insets)) &&
      (best.zoom ?? 0) - map.getZoom() < ZOOM_SLACK
    ) {
      return;
    }
    framed.current = true;
    if (first || still) map.jumpTo(best);
    else map.easeTo({ ...best, duration: MOVE_MS });
  }, [map, places, insets, following, still]);

  if (following) return null;
  return (
    <button
      type="button"
      className="recentre"
      onClick={() => {
        map.easeTo({ ...bestView(map, places, insets), duration: still ? 0 : MOVE_MS });
        setFollowing(true);
      }}
    >
      <TargetIcon /> {app.recentre}
    </button>
  );
}

function bestView(map: MapLibreMap, places: readonly Place[], insets: Insets) {
  const bounds = places.reduce((all, place) => all.extend(lngLat(place)), new LngLatBounds());
  return map.cameraForBounds(bounds, { padding: insets, maxZoom: CLOSEST_ZOOM });
}

function isInView(map: MapLibreMap, place: Place, insets: Insets): boolean {
  const { x, y } = map.project(lngLat(place));
  const { clientWidth, clientHeight } = map.getContainer();
  // So far into the margin it may drive before the picture changes.
  const slack = 32;
  return (
    x >= insets.left - slack &&
    x <= clientWidth - insets.right + slack &&
    y >= insets.top - slack &&
    y <= clientHeight - insets.bottom + slack
  );
}
