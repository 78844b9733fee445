import type { UseLiveLocation } from '@journey/client';
import type { JourneyView } from './describe';

/** What the hook knows, as the card shows it; undefined while there is nothing to show. */
export function viewOf({
  liveLocation,
  locationAge,
  freshness,
  connection,
  polling,
}: UseLiveLocation): JourneyView | undefined {
  const offline = connection === 'OFFLINE';
  if (!liveLocation && !offline) return undefined;
  return {
    phase: liveLocation?.state ?? 'NOT_STARTED',
    signal: offline ? 'OFFLINE' : (freshness ?? undefined),
    fixAge: locationAge ?? undefined,
    startedAt: liveLocation?.startedAt ?? undefined,
    endedAt: liveLocation?.endedAt ?? undefined,
    stillAsking: polling !== 'STOPPED',
  };
}
