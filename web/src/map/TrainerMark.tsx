import { useCallback } from 'react';
import { AccuracyCircle } from './AccuracyCircle';
import type { Place } from './geometry';
import { MapMarker } from './MapMarker';
import { useMap } from './MapView';
import { drawTrail } from './Trail';
import { useMovingMarker, type MapFix } from './useMovingMarker';

export type MarkSignal = 'LIVE' | 'DELAYED' | 'LOST' | 'OFFLINE';

interface TrainerMarkProps {
  fix: MapFix;
  /** The way so far, oldest first: the mark follows what it gains, and draws it behind itself. */
  trail: readonly Place[];
  signal: MarkSignal;
  label: string;
}

const isAt =
  ({ latitude, longitude }: Place) =>
  (other: Place): boolean =>
    other.latitude === latitude && other.longitude === longitude;

/** The trainer: a disc with an arrow in the direction of travel, a dot while that is unknown. */
export function TrainerMark({ fix, trail, signal, label }: TrainerMarkProps) {
  const map = useMap();
  const mover = useMovingMarker(
    fix,
    trail,
    useCallback(
      (place: Place, ahead: readonly Place[]) =>
        drawTrail(map, [...trail.filter((point) => !ahead.some(isAt(point))), place]),
      [map, trail],
    ),
  );
  return (
    <MapMarker place={fix} layer={2} onMarker={mover}>
      <div className="trainer-mark" data-signal={signal} role="img" aria-label={label}>
        {fix.accuracy !== undefined && <AccuracyCircle latitude={fix.latitude} radiusMeters={fix.accuracy} />}
        <svg viewBox="0 0 44 44" aria-hidden="true" focusable="false">
          <circle className="disc" cx="22" cy="22" r="17" />
          {fix.heading === undefined ? (
            <circle className="arrow" cx="22" cy="22" r="5.5" />
          ) : (
            <path className="arrow" data-heading d="M22 11.5 29.5 30 22 26.2 14.5 30z" />
          )}
        </svg>
      </div>
    </MapMarker>
  );
}
