import { AccuracyCircle } from './AccuracyCircle';
import { MapMarker } from './MapMarker';
import { useMovingMarker, type MapFix } from './useMovingMarker';

export type MarkSignal = 'LIVE' | 'DELAYED' | 'LOST' | 'OFFLINE';

/** The trainer: a disc with an arrow in the direction of travel, a dot while that is unknown. */
export function TrainerMark({ fix, signal, label }: { fix: MapFix; signal: MarkSignal; label: string }) {
  const mover = useMovingMarker(fix);
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
