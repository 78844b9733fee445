import type { ActionResult, TrackerState, UseJourneyTracker } from '@journey/client';
import { useState } from 'react';
import { formatDistance } from '../format/distance';
import { Facts, type Fact } from '../ui/Facts';
import { Status } from '../ui/Status';
import { describeTracker } from './describeTracker';
import { noticeOf, refusalOf, type FailedAction } from './notice';
import type { Action } from './plainWords';
import { PositionChoice, type PositionKind } from './PositionChoice';

interface TrainerCardProps {
  tracker: UseJourneyTracker;
  /** From where the phone is, or was last; undefined: not known. */
  toGoMeters: number | undefined;
  choice: PositionKind | undefined;
  onChoice: (choice: PositionKind) => void;
  onStart: () => Promise<ActionResult>;
}

/** The buttons of a journey, and what came of pressing them. */
export function TrainerCard({ tracker, toGoMeters, choice, onChoice, onStart }: TrainerCardProps) {
  const [failed, setFailed] = useState<FailedAction>();
  const perform = async (action: Action, act: () => Promise<ActionResult>): Promise<void> => {
    setFailed(undefined);
    const result = await act();
    if (!result.ok) setFailed({ action, failure: result.failure });
  };
  const words = describeTracker(tracker);
  const notice = noticeOf(tracker, failed);
  const isEnRoute = tracker.phase === 'EN_ROUTE';
  const isOther = tracker.sending === 'TAKEN_OVER';
  const refused = Boolean(refusalOf(tracker));
  const startable =
    (tracker.phase === 'READY' && !refused) || (tracker.phase === 'ENDED' && mayStartAgain(tracker.outcome));

  return (
    <>
      <Status eyebrow="Your journey" {...words} />
      {notice && (
        <p className="notice" role="alert">
          {notice}
        </p>
      )}
      {isEnRoute && !isOther && <Facts facts={factsOf(tracker, toGoMeters)} />}
      {startable && choice && <PositionChoice kind={choice} onKind={onChoice} />}
      <div className="buttons">
        {startable && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void perform('start', onStart)}
          >
            {tracker.phase === 'READY' ? 'Start journey' : 'Start again'}
          </button>
        )}
        {isEnRoute && isOther && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void perform('takeOver', tracker.takeOver)}
          >
            Share from this device
          </button>
        )}
        {isEnRoute && (
          <>
            <button
              type="button"
              className={`button ${tracker.canMarkArrived ? 'button-primary' : ''}`}
              onClick={() => void perform('arrive', tracker.arrive)}
            >
              I have arrived
            </button>
            <button
              type="button"
              className="button button-danger"
              onClick={() => void perform('stop', tracker.stop)}
            >
              Stop sharing
            </button>
          </>
        )}
        {(refused || isPaused(tracker)) && (
          <button type="button" className="button" onClick={() => tryAgain(tracker)}>
            Try again
          </button>
        )}
      </div>
    </>
  );
}

function tryAgain(tracker: UseJourneyTracker): void {
  tracker.restartWatch();
  tracker.retrySending();
}

/** Goes on when somebody does something about it, and says so. */
const isPaused = ({ phase, sending, positionProblem }: TrackerState): boolean =>
  ((phase === 'EN_ROUTE' || phase === 'STOPPING') &&
    (sending === 'UNAUTHENTICATED' || sending === 'REFUSED')) ||
  (phase === 'EN_ROUTE' && positionProblem === 'PERMISSION_DENIED');

const mayStartAgain = (outcome: TrackerState['outcome']): boolean =>
  outcome === 'STOPPED' || outcome === 'EXPIRED' || outcome === 'UNKNOWN';

function factsOf(
  { bufferedFixes, rejectedFixes, lastFix }: TrackerState,
  toGoMeters: number | undefined,
): Fact[] {
  const facts: Fact[] = [
    { name: 'To go', value: toGoMeters === undefined ? '…' : formatDistance(toGoMeters) },
    { name: 'Unsent', value: String(bufferedFixes) },
  ];
  if (rejectedFixes > 0) facts.push({ name: 'Not accepted', value: String(rejectedFixes) });
  else if (typeof lastFix?.accuracy === 'number')
    facts.push({ name: 'Accurate to', value: formatDistance(lastFix.accuracy) });
  return facts;
}
