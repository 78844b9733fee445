import { useActiveJourney } from '@journey/client';
import { formatPerson } from '@journey/client/words';
import { useRouter } from 'expo-router';
import { SessionList } from '../../components/SessionList';
import { SessionsPage } from '../../components/SessionsPage';
import { Button } from '../../components/ui/Button';
import { isOver } from '../../src/sessionTimes';
import { useScreenVisibility } from '../../src/ui/useScreenVisibility';
import { useSessions } from '../../src/useSessions';
import { useWords } from '../../src/words/useWords';

/** A student's sessions, and the trainer who is on the way now. */
export default function StudentSessions() {
  const { words, texts } = useWords();
  const router = useRouter();
  const sessions = useSessions();
  const { journeys } = useActiveJourney(null, { visibility: useScreenVisibility() });
  const activeSessionIds = new Set(journeys.map(({ sessionId }) => sessionId));
  const all = sessions.sessions;
  const shared = {
    activeSessionIds,
    personOf: ({ trainerId }: { trainerId: string }) => trainerId,
    hrefOf: ({ id }: { id: string }) => ({ pathname: '/session/[id]' as const, params: { id } }),
  };
  const nowMs = sessions.askedAtMs;
  const past = all?.filter((each) => !activeSessionIds.has(each.id) && isOver(each, nowMs)).reverse();
  const upcoming = all?.filter((each) => !past?.includes(each));
  return (
    <SessionsPage sessions={sessions}>
      {journeys.map(({ id, sessionId, trainerId }) => (
        <Button
          key={id}
          kind="primary"
          title={`${formatPerson(words, trainerId)}: ${texts.sessions.onTheWayNow}`}
          onPress={() => router.push({ pathname: '/session/[id]', params: { id: sessionId } })}
        />
      ))}
      {upcoming && (
        <SessionList
          {...shared}
          title={texts.sessions.upcoming}
          sessions={upcoming}
          empty={texts.sessions.none}
        />
      )}
      {past && <SessionList {...shared} title={texts.sessions.past} sessions={past} />}
    </SessionsPage>
  );
}
