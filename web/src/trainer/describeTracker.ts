import type { TrackerState } from '@journey/client';
import type { Description } from '../student/describe';
import { refusalOf } from './notice';

type Outcome = NonNullable<TrackerState['outcome']>;

/** Puts the trainer's own side of a journey into plain words. */
export function describeTracker(tracker: TrackerState): Description {
  const { phase, outcome, sending } = tracker;
  switch (phase) {
    case 'RESTORING':
      return { tone: 'waiting', icon: 'clock', title: 'One moment', detail: 'Looking where you left off.' };
    case 'READY':
      return (
        refusalOf(tracker) ?? {
          tone: 'waiting',
          icon: 'moving',
          title: 'Ready to go',
          detail: 'Your student sees you on the map from the moment you start, and no longer than an hour.',
        }
      );
    case 'STARTING':
      return { tone: 'waiting', icon: 'moving', title: 'Starting', detail: 'Telling your student.' };
    case 'ARRIVING':
      return { tone: 'waiting', icon: 'arrived', title: 'Arriving', detail: 'Telling your student.' };
    case 'STOPPING':
      return sending === 'UNAUTHENTICATED' || sending === 'REFUSED'
        ? {
            tone: 'lost',
            icon: 'locked',
            title: 'Not stopped yet',
            detail: 'Your position is no longer shared, but your student has not been told.',
          }
        : { tone: 'waiting', icon: 'stopped', title: 'Stopping', detail: 'Telling your student.' };
    case 'EN_ROUTE':
      return underWay(tracker);
    case 'ENDED':
      return ended(outcome ?? 'UNKNOWN');
  }
}

function underWay({ sending, bufferedFixes, positionProblem }: TrackerState): Description {
  if (sending === 'OFFLINE') {
    return {
      tone: 'delayed',
      icon: 'offline',
      title: 'No connection',
      detail: `Drive on: ${bufferedFixes === 1 ? '1 position is' : `${bufferedFixes} positions are`} kept and sent when it is back.`,
      chip: 'Offline',
    };
  }
  if (sending !== 'ONLINE' || positionProblem === 'PERMISSION_DENIED') {
    return {
      tone: 'lost',
      icon: 'locked',
      title: 'Not sharing',
      detail:
        sending === 'ONLINE'
          ? 'This phone does not tell its position.'
          : 'The service takes no positions from this phone now.',
      chip: 'Paused',
    };
  }
  if (positionProblem) {
    return {
      tone: 'delayed',
      icon: 'moving',
      title: 'On the way',
      detail: 'Your student does not see where you are now.',
      chip: 'No position',
    };
  }
  return {
    tone: 'live',
    icon: 'moving',
    title: 'On the way',
    detail: 'Your student sees where you are.',
    chip: 'Sharing',
  };
}

function ended(outcome: Outcome): Description {
  switch (outcome) {
    case 'ARRIVED':
      return {
        tone: 'done',
        icon: 'arrived',
        title: 'Arrived',
        detail: 'Your position is no longer shared.',
      };
    case 'STOPPED':
      return {
        tone: 'ended',
        icon: 'stopped',
        title: 'Stopped',
        detail: 'Your position is no longer shared.',
      };
    case 'EXPIRED':
      return {
        tone: 'ended',
        icon: 'clock',
        title: 'Timed out',
        detail: 'A journey is shared for an hour at most.',
      };
    case 'CANCELLED':
      return {
        tone: 'ended',
        icon: 'cancelled',
        title: 'Session cancelled',
        detail: 'The booking changed; no need to go.',
      };
    case 'UNKNOWN':
      return {
        tone: 'ended',
        icon: 'stopped',
        title: 'Journey over',
        detail: 'Your position is no longer shared.',
      };
  }
}
