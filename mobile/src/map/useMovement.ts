import { interpolate, moveMarker, type MarkerMotion, type MarkerPlace } from '@journey/client';
import { useEffect, useRef } from 'react';
import { useReducedMotion } from '../ui/useReducedMotion';
import type { TrainerOnMap } from './MapProps';

/** How long the mark may take from fix to fix: as long as the next one takes to come, within these. */
const QUICKEST_MS = 1000;
const SLOWEST_MS = 6000;

/**
 * Moves a mark from fix to fix, and calls `onMove` with each place on the way, past React's rendering; with reduced
 * motion only with the last one.
 */
export function useMovement(trainer: TrainerOnMap | null, onMove: (place: MarkerPlace) => void): void {
  const isReduced = useReducedMotion();
  const motion = useRef<MarkerMotion | null>(null);
  const movedAtMs = useRef<number>(undefined);
  const latitude = trainer?.latitude;
  const longitude = trainer?.longitude;
  const heading = trainer?.heading;

  useEffect(() => {
    if (latitude === undefined || longitude === undefined) {
      motion.current = null;
      return undefined;
    }
    const nowMs = performance.now();
    const sinceLastMs = nowMs - (movedAtMs.current ?? nowMs);
    const durationMs = isReduced ? 0 : Math.min(SLOWEST_MS, Math.max(QUICKEST_MS, sinceLastMs));
    movedAtMs.current = nowMs;
    const place = { latitude, longitude, heading: heading ?? null };
    const moving = moveMarker(isReduced ? null : motion.current, place, nowMs, { durationMs });
    motion.current = moving;
    onMove(interpolate(moving, nowMs));
    let frame = requestAnimationFrame(function step() {
      const atMs = performance.now();
      onMove(interpolate(moving, atMs));
      if (atMs < nowMs + durationMs) frame = requestAnimationFrame(step);
    });
    return () => cancelAnimationFrame(frame);
  }, [latitude, longitude, heading, isReduced, onMove]);
}
