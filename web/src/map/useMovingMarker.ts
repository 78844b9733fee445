import { interpolate, moveMarker, placesAhead, type MarkerMotion } from '@journey/client';
import type { Marker } from 'maplibre-gl';
import { useCallback, useEffect, useRef } from 'react';
import { usePrefersReducedMotion } from '../ui/useMediaQuery';
import { lngLat, type Place } from './geometry';

/** A place with what the phone knew there. */
export interface MapFix extends Place {
  /** Degrees clockwise from north; undefined while standing. */
  readonly heading: number | undefined;
  /** Metres, the radius of the 95 % circle. */
  readonly accuracy: number | undefined;
  /** RFC 3339. */
  readonly capturedAt: string;
}

/** How long the marker may take from fix to fix: as long as the next one takes to come, within these. */
const QUICKEST_MS = 1000;
const SLOWEST_MS = 6000;
/** What follows the marker is redrawn so often: it is more work than the marker itself. */
const FOLLOW_MS = 80;

/** What a trail gained since `last` was its end; nothing when it is another trail. */
function pointsAfter(trail: readonly Place[], last: Place | undefined): Place[] {
  const index = last ? trail.lastIndexOf(last) : -1;
  return index < 0 ? [] : trail.slice(index + 1);
}

/**
 * Moves a marker from fix to fix, frame by frame and past React, which would render for each frame; after a batch it
 * follows what the trail has gained. With reduced motion it goes there at once. `onMove` is called now and then, and at
 * the end, with its place and what it has still to pass. Returns what to hand to MapMarker's `onMarker`.
 */
export function useMovingMarker(
  fix: MapFix,
  trail: readonly Place[],
  onMove: (place: Place, ahead: readonly Place[]) => void,
): (marker: Marker | undefined) => void {
  const still = usePrefersReducedMotion();
  const marker = useRef<Marker>(undefined);
  const motion = useRef<MarkerMotion>(null);
  const movedAtMs = useRef<number>(undefined);
  const currentTrail = useRef(trail);
  currentTrail.current = trail;
  const lastPoint = useRef<Place>(undefined);
  const follow = useRef(onMove);
  follow.current = onMove;

  const show = useCallback(() => {
    if (!marker.current || !motion.current) return;
    const place = interpolate(motion.current, performance.now());
    marker.current.setLngLat(lngLat(place));
    if (typeof place.heading === 'number') {
      const arrow = marker.current.getElement().querySelector('[data-heading]');
      arrow?.setAttribute('transform', `rotate(${place.heading.toFixed(1)} 22 22)`);
    }
  }, []);

  const { latitude, longitude, heading, capturedAt } = fix;
  useEffect(() => {
    const nowMs = performance.now();
    const sinceLastMs = nowMs - (movedAtMs.current ?? nowMs);
    const durationMs = still ? 0 : Math.min(SLOWEST_MS, Math.max(QUICKEST_MS, sinceLastMs));
    motion.current = moveMarker(
      still ? null : motion.current,
      { latitude, longitude, heading: heading ?? null },
      nowMs,
      { durationMs, via: pointsAfter(currentTrail.current, lastPoint.current) },
    );
    lastPoint.current = currentTrail.current.at(-1);
    movedAtMs.current = nowMs;
    const endMs = nowMs + durationMs;
    let followedAtMs = -Infinity;
    let frame = requestAnimationFrame(function step() {
      show();
      const atMs = performance.now();
      if (atMs - followedAtMs >= FOLLOW_MS || atMs >= endMs) {
        followedAtMs = atMs;
        if (motion.current)
          follow.current(interpolate(motion.current, atMs), placesAhead(motion.current, atMs));
      }
      if (atMs < endMs) frame = requestAnimationFrame(step);
    });
    show();
    return () => cancelAnimationFrame(frame);
  }, [latitude, longitude, heading, capturedAt, still, show]);

  return useCallback(
    (created) => {
      marker.current = created;
      show();
    },
    [show],
  );
}
