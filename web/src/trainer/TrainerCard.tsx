import type { ActionResult, TrackerState, UseJourneyTracker } from '@journey/client';
import {
  describeTracker,
  formatDistance,
  trackerNotice,
  trackerRefusal,
  type Action,
  type FailedAction,
  type Words,
} from '@journey/client/words';
import { useState } from 'react';
import { useWords } from '../app/words';
import { Facts, type Fact } from '../ui/Facts';
import { Status } from '../ui/Status';
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
  const words = useWords();
  const { buttons } = words;
  const [failed, setFailed] = useState<FailedAction>();
  const perform = async (action: Action, act: () => Promise<ActionResult>): Promise<void> => {
    setFailed(undefined);
    const result = await act();
    if (!result.ok) setFailed({ action, failure: result.failure });
  };
  const notice = trackerNotice(words, tracker, failed);
  const isEnRoute = tracker.phase === 'EN_ROUTE';
  const isOther = tracker.sending === 'TAKEN_OVER';
  const refused = Boolean(trackerRefusal(words, tracker));
  const startable =
    (tracker.phase === 'READY' && !refused) || (tracker.phase === 'ENDED' && mayStartAgain(tracker.outcome));

  return (
    <>
      <Status eyebrow={words.trainer.cardLabel} {...describeTracker(words, tracker)} />
      {notice && (
        <p className="notice" role="alert">
          {notice}
        </p>
      )}
      {isEnRoute && !isOther && <Facts facts={factsOf(words, tracker, toGoMeters)} />}
      {startable && choice && <PositionChoice kind={choice} onKind={onChoice} />}
      <div className="buttons">
        {startable && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void perform('start', onStart)}
          >
            {tracker.phase === 'READY' ? buttons.start : buttons.startAgain}
          </button>
        )}
        {isEnRoute && isOther && (
          <button
            type="button"
            className="button button-primary"
            onClick={() => void perform('takeOver', tracker.takeOver)}
          >
            {buttons.takeOver}
          </button>
        )}
        {isEnRoute && !isOther && (
          <button
            type="button"
            className={`button ${tracker.canMarkArrived ? 'button-primary' : ''}`}
            onClick={() => void perform('arrive', tracker.arrive)}
          >
            {buttons.arrive}
          </button>
        )}
        {isEnRoute && (
          <button
            type="button"
            className="button button-danger"
            onClick={() => void perform('stop', tracker.stop)}
          >
            {buttons.stop}
          </button>
        )}
        {(refused || isPaused(tracker)) && (
          <button type="button" className="button" onClick={() => tryAgain(tracker)}>
            {buttons.tryAgain}
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
  words: Words,
  { bufferedFixes, rejectedFixes, lastFix }: TrackerState,
  toGoMeters: number | undefined,
): Fact[] {
  const { facts: names } = words;
  const facts: Fact[] = [
    {
      name: names.toGo,
      value: toGoMeters === undefined ? names.unknown : formatDistance(words, toGoMeters),
    },
    { name: names.unsent, value: String(bufferedFixes) },
  ];
  if (rejectedFixes > 0) facts.push({ name: names.notAccepted, value: String(rejectedFixes) });
  else if (typeof lastFix?.accuracy === 'number')
    facts.push({ name: names.accurateTo, value: formatDistance(words, lastFix.accuracy) });
  return facts;
}
