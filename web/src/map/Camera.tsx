import { LngLatBounds, type Map as MapLibreMap } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'react';
import { TargetIcon } from '../ui/icons';
import type { Insets } from '../ui/Screen';
import { usePrefersReducedMotion } from '../ui/useMediaQuery';
import { lngLat, type Place } from './geometry';
import { useMap } from './MapView';

const CLOSEST_ZOOM = 15;
const MOVE_MS = 1400;
/** The camera stays until the best view is this much closer than the present one, so that it is not always moving. */
const ZOOM_SLACK = 0.5;

/**
 * Keeps `places` in view beside the card, until the reader moves the map; then a button brings that back.
 */
export function Camera({ places, insets }: { places: readonly Place[]; insets: Insets }) {
  const map = useMap();
  const still = usePrefersReducedMotion();
  const [following, setFollowing] = useState(true);
  const framed = useRef('');

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
    const bounds = places.reduce((all, place) => all.extend(lngLat(place)), new LngLatBounds());
    const best = map.cameraForBounds(bounds, { padding: insets, maxZoom: CLOSEST_ZOOM });
    if (!best) return;
    // Another set of places or another card is another picture; the same ones, moved a little, are not.
    const frame = `${places.length} ${Object.values(insets).join(' ')}`;
    const first = framed.current === '';
    if (
      framed.current === frame &&
      places.every((place) => isInView(map, place, insets)) &&
      Math.abs((best.zoom ?? 0) - map.getZoom()) < ZOOM_SLACK
    ) {
      return;
    }
    framed.current = frame;
    if (first || still) map.jumpTo(best);
    else map.easeTo({ ...best, duration: MOVE_MS });
  }, [map, places, insets, following, still]);

  if (following) return null;
  return (
    <button
      type="button"
      className="recentre"
      onClick={() => {
        framed.current = 'again';
        setFollowing(true);
      }}
    >
      <TargetIcon /> Recentre
    </button>
  );
}

function isInView(map: MapLibreMap, place: Place, insets: Insets): boolean {
  const { x, y } = map.project(lngLat(place));
  const { clientWidth, clientHeight } = map.getContainer();
  const slack = 16;
  return (
    x >= insets.left - slack &&
    x <= clientWidth - insets.right + slack &&
    y >= insets.top - slack &&
    y <= clientHeight - insets.bottom + slack
  );
}
