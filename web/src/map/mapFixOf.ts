import type { Location } from '@journey/client';
import type { MapFix } from './useMovingMarker';

/** The service's location as the map shows it. */
export function mapFixOf({ latitude, longitude, heading, accuracy, capturedAt }: Location): MapFix {
  return { latitude, longitude, heading: heading ?? undefined, accuracy: accuracy ?? undefined, capturedAt };
}
