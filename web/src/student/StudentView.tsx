import { useLiveLocation } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import { useMemo, useState, type ReactNode } from 'react';
import { formatDistance } from '../format/distance';
import { formatPerson } from '../format/person';
import { Camera } from '../map/Camera';
import type { Place } from '../map/geometry';
import { HomeMark } from '../map/HomeMark';
import { Trail } from '../map/Trail';
import { TrainerMark } from '../map/TrainerMark';
import { mapFixOf } from '../map/mapFixOf';
import { Screen } from '../ui/Screen';
import { Status } from '../ui/Status';
import { useNow } from '../ui/useNow';
import { describeRefusal } from './describeRefusal';
import { StudentCard } from './StudentCard';
import { useHome } from './useHome';
import { useProgress } from './useProgress';
import { viewOf } from './viewOf';

/** One session as its student sees it. */
export function StudentView({ sessionId, footer }: { sessionId: string; footer: ReactNode }) {
  const [visibility] = useState(documentVisibility);
  const live = useLiveLocation(sessionId, { visibility });
  const refusal = live.failure && live.polling === 'STOPPED' ? describeRefusal(live.failure.code) : undefined;
  const home = useHome(sessionId, Boolean(refusal));
  const { liveLocation, location } = live;
  const view = viewOf(live);
  const nowMs = useNow(view?.phase === 'EN_ROUTE');
  const { trail, longestMeters } = useProgress(
    liveLocation?.journeyId,
    location,
    liveLocation?.distanceMeters,
  );
  const places = useMemo(
    () => [location, home].filter((place): place is Place => Boolean(place)),
    [location, home],
  );
  const trainer = liveLocation ? formatPerson(liveLocation.trainerId) : 'Your trainer';

  return (
    <Screen
      mapLabel="Map of the way to your home"
      marks={(insets) => (
        <>
          <Trail places={trail} />
          {home && <HomeMark place={home} label="Your home" />}
          {location && (
            <TrainerMark
              fix={mapFixOf(location)}
              signal={live.freshness ?? 'LIVE'}
              label={markLabel(trainer, liveLocation?.distanceMeters)}
            />
          )}
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel="Your trainer's journey"
      card={
        <>
          {refusal ? (
            <Status eyebrow="Live map" {...refusal} />
          ) : view ? (
            <StudentCard
              view={view}
              trainerId={liveLocation?.trainerId}
              distanceMeters={liveLocation?.distanceMeters ?? undefined}
              accuracyMeters={location?.accuracy ?? undefined}
              longestMeters={longestMeters}
              nowMs={nowMs}
            />
          ) : (
            <Status
              tone="waiting"
              icon="clock"
              eyebrow="Live map"
              title="One moment"
              detail="Asking where your trainer is."
            />
          )}
          {footer}
        </>
      }
    />
  );
}

function markLabel(trainer: string, distanceMeters: number | null | undefined): string {
  return distanceMeters == null ? trainer : `${trainer}, ${formatDistance(distanceMeters)} from your home`;
}
