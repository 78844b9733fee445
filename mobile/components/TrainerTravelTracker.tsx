import {
  useJourneyTracker,
  type ActionResult,
  type TrackerState,
  type UseJourneyTracker,
} from '@journey/client';
import {
  describeTracker,
  formatDistance,
  formatPerson,
  trackerNotice,
  trackerRefusal,
  type Action,
  type FailedAction,
  type Words,
} from '@journey/client/words';
import { useFocusEffect, useRouter } from 'expo-router';
import { useCallback, useEffect, useState } from 'react';
import { AppState } from 'react-native';
import { useOwnTrail } from '../src/map/useOwnTrail';
import { askForLocation, askForNotifications, openSettings, type LocationAccess } from '../src/permissions';
import { useSession } from '../src/sessions/useSession';
import { trackerParts } from '../src/tracking';
import { useScreenVisibility } from '../src/ui/useScreenVisibility';
import { useWords } from '../src/words/useWords';
import { StudentTrainerLocationMap } from './StudentTrainerLocationMap';
import { Button } from './ui/Button';
import { Facts, type Fact } from './ui/Facts';
import { MapScreen } from './ui/MapScreen';
import { Notice } from './ui/Notice';
import { Status } from './ui/Status';

/** What a trainer has to change before a journey can be shared; null: nothing. */
type Obstacle = Exclude<LocationAccess, 'GRANTED' | 'ASK'> | null;

/** One session as its trainer drives to it. It only shows the session's tracker, which goes on without this screen. */
export function TrainerTravelTracker({ sessionId }: { sessionId: string }) {
  const { words, texts } = useWords();
  const router = useRouter();
  const tracker = useJourneyTracker(sessionId, trackerParts);
  const session = useSession(sessionId);
  const [failed, setFailed] = useState<FailedAction>();
  const [obstacle, setObstacle] = useState<Obstacle>(null);
  useChecksOnReturn(tracker);

  const perform = async (action: Action, act: () => Promise<ActionResult>): Promise<void> => {
    setFailed(undefined);
    const result = await act();
    if (!result.ok) setFailed({ action, failure: result.failure });
  };
  const leave = async (): Promise<void> => {
    // Asked for here, where the trainer sees what for. Whoever can't be seen does not start: the student would wait.
    const access = await askForLocation();
    setObstacle(access === 'GRANTED' ? null : access === 'ASK' ? 'DENIED' : access);
    if (access !== 'GRANTED') return;
    await askForNotifications();
    await perform('start', tracker.start);
  };

  const { phase, lastFix } = tracker;
  const trail = useOwnTrail({
    sessionId,
    journeyId: phase === 'ENDED' ? undefined : tracker.journey?.id,
    lastFix,
    visibility: useScreenVisibility(),
  });
  const home = session?.home ?? null;
  const refused = trackerRefusal(words, tracker) !== undefined;
  const isStartable =
    (phase === 'READY' && !refused) || (phase === 'ENDED' && mayStartAgain(tracker.outcome));
  const isEnRoute = phase === 'EN_ROUTE';
  const isOther = tracker.sending === 'TAKEN_OVER';
  const isSignedOut = tracker.sending === 'UNAUTHENTICATED' || tracker.failure?.code === 'UNAUTHENTICATED';
  const notice = trackerNotice(words, tracker, failed);
  const obstacleText = isStartable && obstacle !== null ? obstacleIn(texts.permission, obstacle) : null;
  const inSettings = isStartable ? obstacle : obstacleOnTheWay(tracker);

  return (
    <MapScreen
      cardLabel={words.trainer.cardLabel}
      map={
        <StudentTrainerLocationMap
          label={words.trainer.mapLabel}
          home={home && { ...home, label: words.trainer.home }}
          trainer={
            lastFix && phase !== 'ENDED'
              ? {
                  latitude: lastFix.latitude,
                  longitude: lastFix.longitude,
                  heading: lastFix.heading ?? null,
                  accuracy: lastFix.accuracy ?? null,
                  label: words.trainer.you,
                  signal: tracker.sending === 'ONLINE' && !tracker.positionProblem ? 'LIVE' : 'OFFLINE',
                }
              : null
          }
          trail={trail}
        />
      }
    >
      <Status
        eyebrow={session ? formatPerson(words, session.studentId) : words.trainer.cardLabel}
        {...describeTracker(words, tracker)}
      />
      {notice !== undefined && <Notice kind="alert">{notice}</Notice>}
      {obstacleText !== null && <Notice kind="alert">{obstacleText}</Notice>}
      {isEnRoute && !isOther && <Facts facts={factsOf(words, tracker)} />}
      {isStartable && obstacleText === null && <Notice>{texts.permission.why}</Notice>}
      {isStartable && (
        <Button
          kind="primary"
          title={phase === 'READY' ? words.buttons.start : words.buttons.startAgain}
          onPress={leave}
        />
      )}
      {inSettings && <Button title={words.buttons.openSettings} onPress={() => openSettings(inSettings)} />}
      {isSignedOut && phase !== 'ENDED' && (
        <Button kind="primary" title={texts.signIn.screen} onPress={() => router.push('/sign-in')} />
      )}
      {isEnRoute && isOther && (
        <Button
          kind="primary"
          title={words.buttons.takeOver}
          onPress={() => perform('takeOver', tracker.takeOver)}
        />
      )}
      {isEnRoute && !isOther && (
        <Button
          kind={tracker.canMarkArrived ? 'primary' : 'plain'}
          title={words.buttons.arrive}
          onPress={() => perform('arrive', tracker.arrive)}
        />
      )}
      {isEnRoute && (
        <Button kind="danger" title={words.buttons.stop} onPress={() => perform('stop', tracker.stop)} />
      )}
      {(tracker.sending === 'REFUSED' || refused) && !isSignedOut && (
        <Button title={words.buttons.tryAgain} onPress={tracker.retrySending} />
      )}
    </MapScreen>
  );
}

/**
 * Back from the settings or from signing in, what was in the way may be gone, or something new may be; a watch that
 * works is not restarted.
 */
function useChecksOnReturn({ restartWatch, retrySending }: UseJourneyTracker): void {
  const check = useCallback(() => {
    restartWatch();
    retrySending();
    // A problem that cannot be read is none that could be shown.
    trackerParts.position.check().catch(() => undefined);
  }, [restartWatch, retrySending]);
  useEffect(() => {
    const subscription = AppState.addEventListener('change', (state) => {
      if (state === 'active') check();
    });
    return () => subscription.remove();
  }, [check]);
  useFocusEffect(check);
}

const mayStartAgain = (outcome: TrackerState['outcome']): boolean =>
  outcome === 'STOPPED' || outcome === 'EXPIRED' || outcome === 'UNKNOWN';

/** What only the settings can change. */
function obstacleOnTheWay({ phase, trackingProblem }: TrackerState): Obstacle {
  if (phase !== 'EN_ROUTE') return null;
  switch (trackingProblem) {
    case 'PERMISSION_DENIED':
      return 'DENIED';
    case 'PRECISE_LOCATION_OFF':
      return 'APPROXIMATE';
    case 'LOCATION_OFF':
      return 'OFF';
    default:
      return null;
  }
}

function obstacleIn(
  texts: { denied: string; approximate: string; off: string },
  obstacle: NonNullable<Obstacle>,
): string {
  switch (obstacle) {
    case 'DENIED':
      return texts.denied;
    case 'APPROXIMATE':
      return texts.approximate;
    case 'OFF':
      return texts.off;
  }
}

function factsOf(
  words: Words,
  { distanceMeters, bufferedFixes, rejectedFixes, lastFix }: TrackerState,
): Fact[] {
  const { facts } = words;
  const shown: Fact[] = [
    {
      name: facts.toGo,
      value: distanceMeters === null ? facts.unknown : formatDistance(words, distanceMeters),
    },
    { name: facts.unsent, value: String(bufferedFixes) },
  ];
  if (rejectedFixes > 0) shown.push({ name: facts.notAccepted, value: String(rejectedFixes) });
  else if (lastFix?.accuracy != null)
    shown.push({ name: facts.accurateTo, value: formatDistance(words, lastFix.accuracy) });
  return shown;
}
