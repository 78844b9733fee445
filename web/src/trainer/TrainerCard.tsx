import type { ActionResult, TrackerState, UseJourneyTracker } from '@journey/client';
import { useState } from 'react';
import { formatDistance } from '../format/distance';
import { Announcer } from '../ui/Announcer';
import { Facts, type Fact } from '../ui/Facts';
import { Status } from '../ui/Status';
import { describeTracker } from './describeTracker';
import { failureInWords, positionProblemInWords } from './plainWords';
import { PositionChoice, type PositionKind } from './PositionChoice';

interface TrainerCardProps {
  tracker: UseJourneyTracker;
  choice: PositionKind | undefined;
  onChoice: (choice: PositionKind) => void;
  onStart: () => Promise<ActionResult>;
}

/** The buttons of a journey, and what came of pressing them. */
export function TrainerCard({ tracker, choice, onChoice, onStart }: TrainerCardProps) {
  const [refusal, setRefusal] = useState<string>();
  const act = (action: () => Promise<ActionResult>) => async () => {
    setRefusal(undefined);
    const result = await action();
    if (!result.ok) setRefusal(failureInWords(result.failure));
  };
  const words = describeTracker(tracker);
  const notice = refusal ?? standingProblem(tracker);
  const underWay = tracker.phase === 'EN_ROUTE';
  const startable =
    tracker.phase === 'READY' || (tracker.phase === 'ENDED' && mayStartAgain(tracker.outcome));

  return (
    <>
      <Status eyebrow="Your journey" {...words} />
      {notice && (
        <p className="notice" role="alert">
          {notice}
        </p>
      )}
      {underWay && <Facts facts={factsOf(tracker)} />}
      {startable && choice && <PositionChoice kind={choice} onKind={onChoice} />}
      <div className="buttons">
        {startable && (
          <button type="button" className="button button-primary" onClick={act(onStart)}>
            {tracker.phase === 'READY' ? 'Start journey' : 'Start again'}
          </button>
        )}
        {underWay && (
          <>
            <button
              type="button"
              className={`button ${tracker.canMarkArrived ? 'button-primary' : ''}`}
              onClick={act(tracker.arrive)}
            >
              I have arrived
            </button>
            <button type="button" className="button button-danger" onClick={act(tracker.stop)}>
              Stop sharing
            </button>
          </>
        )}
        {underWay && (tracker.positionProblem === 'PERMISSION_DENIED' || isPaused(tracker)) && (
          <button type="button" className="button" onClick={tracker.resume}>
            Try again
          </button>
        )}
      </div>
      <Announcer message={`${words.title}.`} />
    </>
  );
}

const isPaused = ({ sending }: TrackerState): boolean =>
  sending === 'UNAUTHENTICATED' || sending === 'REFUSED';

const mayStartAgain = (outcome: TrackerState['outcome']): boolean =>
  outcome === 'STOPPED' || outcome === 'EXPIRED' || outcome === 'UNKNOWN';

/** What is wrong without anybody having pressed anything; being offline has its own words in the head. */
function standingProblem({
  phase,
  positionProblem,
  failure,
  sending,
  storageFailed,
}: TrackerState): string | undefined {
  if (phase !== 'EN_ROUTE') return undefined;
  if (positionProblem) return positionProblemInWords(positionProblem);
  if (failure && sending !== 'OFFLINE') return failureInWords(failure);
  if (storageFailed) return 'This browser stores nothing: keep the page open while you have no connection.';
  return undefined;
}

function factsOf({ distanceMeters, bufferedFixes, rejectedFixes, lastFix }: TrackerState): Fact[] {
  const facts: Fact[] = [
    { name: 'To go', value: distanceMeters === null ? '…' : formatDistance(distanceMeters) },
    { name: 'Unsent', value: String(bufferedFixes) },
  ];
  if (rejectedFixes > 0) facts.push({ name: 'Not accepted', value: String(rejectedFixes) });
  else if (typeof lastFix?.accuracy === 'number')
    facts.push({ name: 'Accurate to', value: formatDistance(lastFix.accuracy) });
  return facts;
}
