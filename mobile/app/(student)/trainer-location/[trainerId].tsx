import { useActiveJourney } from '@journey/client';
import { describeRefusal, formatPerson } from '@journey/client/words';
import { useLocalSearchParams } from 'expo-router';
import { useState } from 'react';
import { TryAgain } from '../../../components/TryAgain';
import { Page } from '../../../components/ui/Page';
import { Status } from '../../../components/ui/Status';
import { WatchedJourney } from '../../../components/WatchedJourney';
import { isRefusal } from '../../../src/refusals';
import { useScreenVisibility } from '../../../src/ui/useScreenVisibility';
import { useWords } from '../../../src/words/useWords';

/**
 * For links that only know the trainer: finds this trainer's journey to the viewer, of several the one that started last,
 * and shows it until another one starts after its end.
 */
export default function TrainerLocationScreen() {
  const { trainerId } = useLocalSearchParams<{ trainerId: string }>();
  const { words, texts } = useWords();
  const [found, setFound] = useState<string>();
  const active = useActiveJourney(trainerId, { visibility: useScreenVisibility() });
  const { journey, journeys, loading, connection, failure } = active;
  if (journey && !journeys.some(({ sessionId }) => sessionId === found)) setFound(journey.sessionId);
  if (found !== undefined) return <WatchedJourney key={found} sessionId={found} />;

  const trainer = formatPerson(words, trainerId);
  const { student } = words;
  const refused = failure && isRefusal(failure) ? describeRefusal(words, failure.code) : undefined;
  const shown =
    refused ??
    (connection === 'OFFLINE'
      ? {
          tone: 'lost' as const,
          icon: 'offline' as const,
          title: student.offline,
          detail: student.offlineDetail(undefined),
        }
      : loading
        ? { tone: 'waiting' as const, icon: 'clock' as const, ...student.asking }
        : { tone: 'waiting' as const, icon: 'clock' as const, ...texts.trainerLocation.none(trainer) });
  return (
    <Page>
      <Status eyebrow={trainer} {...shown} />
      <TryAgain failure={failure} onTryAgain={() => active.pollNow()} />
    </Page>
  );
}
