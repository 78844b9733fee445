import { useActiveJourney } from '@journey/client';
import { formatPerson } from '@journey/client/words';
import { useRouter } from 'expo-router';
import { SessionList } from '../../components/SessionList';
import { SessionsPage } from '../../components/SessionsPage';
import { Button } from '../../components/ui/Button';
import { isOver, isToday } from '../../src/sessionTimes';
import { useScreenVisibility } from '../../src/ui/useScreenVisibility';
import { useSessions } from '../../src/useSessions';
import { useWords } from '../../src/words/useWords';

/** A trainer's day, and whatever journey is active, on this device or another. */
export default function TrainerHome() {
  const { words, texts } = useWords();
  const router = useRouter();
  const sessions = useSessions();
  const { journeys } = useActiveJourney(null, { visibility: useScreenVisibility() });
  const all = sessions.sessions;
  const nowMs = sessions.askedAtMs;
  const shared = {
    activeSessionIds: new Set(journeys.map(({ sessionId }) => sessionId)),
    personOf: ({ studentId }: { studentId: string }) => studentId,
    hrefOf: ({ id }: { id: string }) => ({
      pathname: '/journey/[sessionId]' as const,
      params: { sessionId: id },
    }),
  };
  const today = all?.filter((each) => isToday(each, nowMs));
  const rest = all?.filter((each) => !isToday(each, nowMs));
  return (
    <SessionsPage sessions={sessions}>
      {journeys.map(({ id, sessionId, studentId }) => (
        <Button
          key={id}
          kind="primary"
          title={`${texts.sessions.activeNow}: ${formatPerson(words, studentId)}`}
          onPress={() => router.push({ pathname: '/journey/[sessionId]', params: { sessionId } })}
        />
      ))}
      {today && (
        <SessionList
          {...shared}
          title={texts.sessions.today}
          sessions={today}
          empty={texts.sessions.noneToday}
        />
      )}
      {rest && (
        <>
          <SessionList
            {...shared}
            title={texts.sessions.later}
            sessions={rest.filter((each) => !isOver(each, nowMs))}
          />
          <SessionList
            {...shared}
            title={texts.sessions.past}
            sessions={rest.filter((each) => isOver(each, nowMs)).reverse()}
          />
        </>
      )}
    </SessionsPage>
  );
}
