import { useLiveLocation, type FailureCode } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import {
  describeRefusal,
  formatDistance,
  formatPerson,
  journeyView,
  type Description,
  type Words,
} from '@journey/client/words';
import { useMemo, useState, type ReactNode } from 'react';
import { isRefusal } from '../app/refusals';
import { useWords } from '../app/words';
import { Camera } from '../map/Camera';
import type { Place } from '../map/geometry';
import { HomeMark } from '../map/HomeMark';
import { Trail } from '../map/Trail';
import { TrainerMark } from '../map/TrainerMark';
import { mapFixOf } from '../map/mapFixOf';
import { Screen } from '../ui/Screen';
import { Status } from '../ui/Status';
import { useNow } from '../ui/useNow';
import { SharesPanel } from './SharesPanel';
import { StudentCard } from './StudentCard';
import { useAnnouncement } from './useAnnouncement';
import { useHome } from './useHome';
import { useLongestMeters } from './useLongestMeters';

const NO_TRAIL: readonly Place[] = [];

interface StudentViewProps {
  sessionId: string;
  /** Somebody who was given a link: the service does not return the home or other links to them. */
  isGuest?: boolean;
  footer?: ReactNode;
}

/** One session as its student sees it, or a guest. */
export function StudentView({ sessionId, isGuest = false, footer }: StudentViewProps) {
  const words = useWords();
  const [visibility] = useState(documentVisibility);
  const live = useLiveLocation(sessionId, { visibility });
  // While the service refuses, nothing is shown; the hook asks on, and a refusal that was an error ends by itself.
  const refused =
    live.failure && isRefusal(live.failure) ? refusalOf(words, live.failure.code, isGuest) : undefined;
  const asking: Description = { tone: 'waiting', icon: 'clock', ...words.student.asking };
  const { home } = useHome(sessionId, { skip: isGuest });
  const { liveLocation } = live;
  const location = refused ? null : live.location;
  const view = journeyView(live);
  const now = useNow(view?.phase === 'EN_ROUTE');
  const trail = refused ? NO_TRAIL : live.trail;
  const longestMeters = useLongestMeters(liveLocation?.journeyId, liveLocation?.distanceMeters);
  const announcement = useAnnouncement(refused ? undefined : view, liveLocation?.journeyId, now);
  const places = useMemo(
    () => [location, home].filter((place): place is Place => Boolean(place)),
    [location, home],
  );
  const trainer = liveLocation ? formatPerson(words, liveLocation.trainerId) : words.student.yourTrainer;

  return (
    <Screen
      mapLabel={words.student.mapLabel}
      marks={(insets) => (
        <>
          {home && <HomeMark place={home} label={words.student.home} />}
          {location ? (
            <TrainerMark
              fix={mapFixOf(location)}
              trail={trail}
              signal={live.freshness ?? 'LIVE'}
              label={
                liveLocation?.distanceMeters == null
                  ? trainer
                  : words.student.fromHome(trainer, formatDistance(words, liveLocation.distanceMeters))
              }
            />
          ) : (
            <Trail places={trail} />
          )}
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel={words.student.cardLabel}
      announcement={announcement ?? `${(refused ?? asking).title}.`}
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
            <Status eyebrow={words.app.title} {...(refused ?? asking)} />
          )}
          {view && !refused && !isGuest && <SharesPanel sessionId={sessionId} visibility={visibility} />}
          {footer}
        </>
      }
    />
  );
}

/** A guest's token is the link: it has expired or was revoked. */
function refusalOf(words: Words, code: FailureCode, isGuest: boolean): Description {
  const refusal = describeRefusal(words, code);
  return isGuest && code === 'UNAUTHENTICATED' ? { ...refusal, ...words.refusals.share } : refusal;
}
