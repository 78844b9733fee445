import { useLiveLocation } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import { useMemo, useState, type ReactNode } from 'react';
import { isRefusal } from '../app/refusals';
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
  const live = useLiveLocation(sessionId, { visibility });
  // While the service refuses, nothing is shown; the hook asks on, and a refusal that was an error ends by itself.
  const refused = live.failure && isRefusal(live.failure) ? describeRefusal(live.failure.code) : undefined;
  const { home } = useHome(sessionId);
  const { liveLocation } = live;
  const location = refused ? null : live.location;
  const view = viewOf(live);
  const now = useNow(view?.phase === 'EN_ROUTE');
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
      announcement={view && !refused ? announcementOf(view, now) : `${(refused ?? ASKING).title}.`}
      card={
        <>
          {view && !refused ? (
            <StudentCard
              view={view}
              trainerId={liveLocation?.trainerId}
              distanceMeters={liveLocation?.distanceMeters ?? undefined}
              accuracyMeters={location?.accuracy ?? undefined}
              longestMeters={longestMeters}
              now={now}
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
