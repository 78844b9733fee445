import { ageAt, useLiveLocation, type UseLiveLocation } from '@journey/client';
import {
  describeJourney,
  describeRefusal,
  formatAge,
  formatDistance,
  formatPerson,
  journeyNotes,
  journeyView,
  type Words,
} from '@journey/client/words';
import { useState } from 'react';
import { isRefusal } from '../src/refusals';
import { useSession } from '../src/sessions/useSession';
import { useNow } from '../src/ui/useNow';
import { useScreenVisibility } from '../src/ui/useScreenVisibility';
import { useWords } from '../src/words/useWords';
import { SharedLinks } from './SharedLinks';
import { StudentTrainerLocationMap } from './StudentTrainerLocationMap';
import { TryAgain } from './TryAgain';
import { Facts, type Fact } from './ui/Facts';
import { MapScreen } from './ui/MapScreen';
import { Notice } from './ui/Notice';
import { Progress } from './ui/Progress';
import { Status } from './ui/Status';

const NO_TRAIL: UseLiveLocation['trail'] = [];

/** The journey to one session, as the student who waits sees it. */
export function WatchedJourney({ sessionId }: { sessionId: string }) {
  const { words } = useWords();
  const live = useLiveLocation(sessionId, { visibility: useScreenVisibility() });
  const home = useSession(sessionId)?.home ?? null;
  const { failure, liveLocation } = live;
  const refusal = failure && isRefusal(failure) ? describeRefusal(words, failure.code) : undefined;
  // While the service refuses, nothing is shown; the hook goes on asking, and a refusal that was an error ends by itself.
  const location = refusal ? null : live.location;
  const view = journeyView(live);
  const isActive = view?.phase === 'EN_ROUTE' && !refusal;
  const now = useNow(isActive);
  const longestMeters = useLongestDistance(liveLocation?.journeyId, liveLocation?.distanceMeters);
  const trainer = liveLocation ? formatPerson(words, liveLocation.trainerId) : words.student.yourTrainer;
  const described =
    refusal ??
    (view
      ? describeJourney(words, view, now)
      : { tone: 'waiting' as const, icon: 'clock' as const, ...words.student.asking });
  const { student } = words;

  return (
    <MapScreen
      cardLabel={student.cardLabel}
      map={
        <StudentTrainerLocationMap
          label={student.mapLabel}
          home={home && { ...home, label: student.home }}
          trainer={
            location && {
              ...location,
              label: markLabel(words, trainer, liveLocation?.distanceMeters),
              signal: live.freshness ?? 'LIVE',
            }
          }
          trail={refusal ? NO_TRAIL : live.trail}
        />
      }
    >
      <Status eyebrow={trainer} {...described} />
      {isActive && journeyNotes(words, view).map((note) => <Notice key={note}>{note}</Notice>)}
      {isActive && liveLocation?.distanceMeters != null && longestMeters !== undefined && (
        <Progress label={student.progress} share={1 - liveLocation.distanceMeters / longestMeters} />
      )}
      {isActive && <Facts facts={factsOf(words, live, now)} />}
      {view && !refusal && <SharedLinks sessionId={sessionId} />}
      <TryAgain failure={failure} onTryAgain={() => live.pollNow()} />
    </MapScreen>
  );
}

/** The length of the progress bar: the most that it was on this journey. */
function useLongestDistance(
  journeyId: string | null | undefined,
  meters: number | null | undefined,
): number | undefined {
  const [longest, setLongest] = useState<{ journeyId: typeof journeyId; meters: number }>();
  if (meters != null && (longest?.journeyId !== journeyId || meters > longest!.meters))
    setLongest({ journeyId, meters: Math.max(1, meters) });
  return longest?.journeyId === journeyId ? longest?.meters : undefined;
}

function factsOf(
  words: Words,
  { liveLocation, location, locationAge }: UseLiveLocation,
  now: ReturnType<typeof useNow>,
): Fact[] {
  const { facts } = words;
  const shown: Fact[] = [];
  if (liveLocation?.distanceMeters != null)
    shown.push({ name: facts.toHome, value: formatDistance(words, liveLocation.distanceMeters) });
  if (locationAge) shown.push({ name: facts.lastSeen, value: formatAge(words, ageAt(locationAge, now)) });
  if (location?.accuracy != null)
    shown.push({ name: facts.accurateTo, value: formatDistance(words, location.accuracy) });
  return shown;
}

const markLabel = (words: Words, trainer: string, meters: number | null | undefined): string =>
  meters == null ? trainer : words.student.fromHome(trainer, formatDistance(words, meters));
