import { useActiveJourney } from '@journey/client';
import { formatPerson } from '@journey/client/words';
import { useRouter } from 'expo-router';
import { SessionList } from '../../components/SessionList';
import { SessionsPage } from '../../components/SessionsPage';
import { Button } from '../../components/ui/Button';
import { isPast, studentFilters } from '../../src/sessions/sessionTimes';
import { useAskedAt, useSessionLists } from '../../src/sessions/useSessionLists';
import { useSessionPages } from '../../src/sessions/useSessionPages';
import { useScreenVisibility } from '../../src/ui/useScreenVisibility';
import { useWords } from '../../src/words/useWords';

/** A student's sessions, and the trainer who is on the way now. */
export default function StudentSessions() {
  const { words, texts } = useWords();
  const router = useRouter();
  const { journeys } = useActiveJourney(null, { visibility: useScreenVisibility() });
  const [nowMs, setNowMs] = useAskedAt();
  const upcoming = useSessionPages((atMs) => studentFilters(atMs).upcoming, nowMs, 'ASCENDING');
  const past = useSessionPages((atMs) => studentFilters(atMs).past, nowMs, 'DESCENDING');
  const shared = {
    activeSessionIds: new Set(journeys.map(({ sessionId }) => sessionId)),
    personOf: ({ trainerId }: { trainerId: string }) => trainerId,
    hrefOf: ({ id }: { id: string }) => ({ pathname: '/session/[id]' as const, params: { id } }),
  };
  return (
    <SessionsPage
      lists={useSessionLists([upcoming, past], setNowMs)}
      active={journeys.map(({ id, sessionId, trainerId }) => (
        <Button
          key={id}
          kind="primary"
          title={`${formatPerson(words, trainerId)}: ${texts.sessions.onTheWayNow}`}
          onPress={() => router.push({ pathname: '/session/[id]', params: { id: sessionId } })}
        />
      ))}
    >
      <SessionList
        {...shared}
        title={texts.sessions.upcoming}
        sessions={upcoming.sessions?.filter((each) => !isPast(each, nowMs))}
        empty={texts.sessions.noneUpcoming}
        more={texts.sessions.showLater}
        onMore={upcoming.showMore}
      />
      <SessionList
        {...shared}
        title={texts.sessions.past}
        sessions={past.sessions?.filter((each) => isPast(each, nowMs))}
        more={texts.sessions.showEarlier}
        onMore={past.showMore}
      />
    </SessionsPage>
  );
}
