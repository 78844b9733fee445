import { HomeIcon } from '../ui/icons';
import type { Place } from './geometry';
import { MapMarker } from './MapMarker';

/** Where the trainer is going: a pin whose tip stands on the place. */
export function HomeMark({ place, label }: { place: Place; label: string }) {
  return (
    <MapMarker place={place} anchor="bottom" layer={1}>
      <div className="home-mark-room" role="img" aria-label={label}>
        <div className="home-mark">
          <HomeIcon size={19} />
        </div>
      </div>
    </MapMarker>
  );
}
