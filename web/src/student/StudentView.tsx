import { useLiveLocation, type JourneyFailure } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import { useMemo, useState, type ReactNode } from 'react';
import { isFinal } from '../app/isFinal';
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
import type { Description } from './describe';
import { describeRefusal } from './describeRefusal';
import { announcementOf, StudentCard } from './StudentCard';
import { useHome } from './useHome';
import { useProgress } from './useProgress';
import { viewOf } from './viewOf';

const ASKING: Description = {
  tone: 'waiting',
  icon: 'clock',
  title: 'One moment',
  detail: 'Asking where your trainer is.',
};

/** One session as its student sees it. */
export function StudentView({ sessionId, footer }: { sessionId: string; footer: ReactNode }) {
  const [visibility] = useState(documentVisibility);
  const [refusal, setRefusal] = useState<JourneyFailure>();
  // Refused, nothing is asked and nothing is shown: the link's token is all that this page will ever have.
  const live = useLiveLocation(refusal ? null : sessionId, { visibility });
  if (!refusal && live.failure && isFinal(live.failure)) setRefusal(live.failure);
  const refused = refusal && describeRefusal(refusal.code);
  const { home } = useHome(sessionId);
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
          {home && <HomeMark place={home} label="Your home" />}
          {location ? (
            <TrainerMark
              fix={mapFixOf(location)}
              trail={trail}
              signal={live.freshness ?? 'LIVE'}
              label={markLabel(trainer, liveLocation?.distanceMeters)}
            />
          ) : (
            <Trail places={trail} />
          )}
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel="Your trainer's journey"
      announcement={view && !refused ? announcementOf(view, nowMs) : `${(refused ?? ASKING).title}.`}
      card={
        <>
          {view && !refused ? (
            <StudentCard
              view={view}
              trainerId={liveLocation?.trainerId}
              distanceMeters={liveLocation?.distanceMeters ?? undefined}
              accuracyMeters={location?.accuracy ?? undefined}
              longestMeters={longestMeters}
              nowMs={nowMs}
            />
          ) : (
            <Status eyebrow="Live map" {...(refused ?? ASKING)} />
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
