import { useActiveJourney } from '@journey/client';
import { formatPerson } from '@journey/client/words';
import { useRouter } from 'expo-router';
import { SessionList } from '../../components/SessionList';
import { SessionsPage } from '../../components/SessionsPage';
import { Button } from '../../components/ui/Button';
import { dayFilters, dayOf, type Day } from '../../src/sessions/sessionTimes';
import { useAskedAt, useSessionLists } from '../../src/sessions/useSessionLists';
import { useSessionPages, type SessionPages } from '../../src/sessions/useSessionPages';
import { useScreenVisibility } from '../../src/ui/useScreenVisibility';
import { useWords } from '../../src/words/useWords';

/** A trainer's day, and whatever journey is active, on this device or another. */
export default function TrainerHome() {
  const { words, texts } = useWords();
  const router = useRouter();
  const { journeys } = useActiveJourney(null, { visibility: useScreenVisibility() });
  const [nowMs, setNowMs] = useAskedAt();
  const today = useSessionPages((atMs) => dayFilters(atMs).today, nowMs, 'ASCENDING');
  const later = useSessionPages((atMs) => dayFilters(atMs).later, nowMs, 'ASCENDING');
  const before = useSessionPages((atMs) => dayFilters(atMs).before, nowMs, 'DESCENDING');
  const shared = {
    activeSessionIds: new Set(journeys.map(({ sessionId }) => sessionId)),
    personOf: ({ studentId }: { studentId: string }) => studentId,
    hrefOf: ({ id }: { id: string }) => ({
      pathname: '/journey/[sessionId]' as const,
      params: { sessionId: id },
    }),
  };
  // After midnight, without an answer, the lists are still those of the day before.
  const ofDay = (day: Day, { sessions }: SessionPages) =>
    sessions?.filter((each) => dayOf(each, nowMs) === day);
  return (
    <SessionsPage
      lists={useSessionLists([today, later, before], setNowMs)}
      active={journeys.map(({ id, sessionId, studentId }) => (
        <Button
          key={id}
          kind="primary"
          title={`${texts.sessions.activeNow}: ${formatPerson(words, studentId)}`}
          onPress={() => router.push({ pathname: '/journey/[sessionId]', params: { sessionId } })}
        />
      ))}
    >
      <SessionList
        {...shared}
        title={texts.sessions.today}
        sessions={ofDay('today', today)}
        empty={texts.sessions.noneToday}
        more={texts.sessions.showMore}
        onMore={today.showMore}
      />
      <SessionList
        {...shared}
        title={texts.sessions.later}
        sessions={ofDay('later', later)}
        more={texts.sessions.showLater}
        onMore={later.showMore}
      />
      <SessionList
        {...shared}
        title={texts.sessions.past}
        sessions={ofDay('before', before)}
        more={texts.sessions.showEarlier}
        onMore={before.showMore}
      />
    </SessionsPage>
  );
}
