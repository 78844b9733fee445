import { unseenReason, type TrackerState } from '@journey/client';
import type { Description } from '../student/describe';
import { refusalOf } from './notice';
import { unseenInWords } from './plainWords';

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
      return {
        tone: 'waiting',
        icon: 'moving',
        title: 'Starting',
        detail: 'Your student will know in a moment.',
      };
    case 'ARRIVING':
      return {
        tone: 'waiting',
        icon: 'arrived',
        title: 'Arriving',
        detail: 'Your student will know in a moment.',
      };
    case 'STOPPING':
      return sending === 'UNAUTHENTICATED' || sending === 'REFUSED'
        ? {
            tone: 'lost',
            icon: 'locked',
            title: 'Not stopped yet',
            detail: 'Your position is no longer shared, but your student does not know yet.',
          }
        : {
            tone: 'waiting',
            icon: 'stopped',
            title: 'Stopping',
            detail: 'Your student will know in a moment.',
          };
    case 'EN_ROUTE':
      return enRoute(tracker);
    case 'ENDED':
      return ended(outcome ?? 'UNKNOWN');
  }
}

function enRoute(tracker: TrackerState): Description {
  const { bufferedFixes, signal } = tracker;
  const reason = unseenReason(tracker);
  switch (reason) {
    case null:
      return {
        tone: 'live',
        icon: 'moving',
        title: 'On the way',
        detail: signal
          ? 'Your student sees where you are.'
          : 'Your student sees you with your first position.',
        chip: 'Sharing',
      };
    case 'OFFLINE':
      return {
        tone: 'delayed',
        icon: 'offline',
        title: 'No connection',
        detail: `Drive on: ${bufferedFixes === 1 ? '1 position is' : `${bufferedFixes} positions are`} kept and sent when it is back.`,
        chip: 'Offline',
      };
    case 'OTHER_DEVICE':
      return {
        tone: 'waiting',
        icon: 'moving',
        title: 'Shared by another device',
        detail: unseenInWords(reason),
      };
    case 'SIGNED_OUT':
    case 'REFUSED':
    case 'PERMISSION_DENIED':
      return {
        tone: 'lost',
        icon: 'locked',
        title: 'Not sharing',
        detail: `Your student does not see you. ${unseenInWords(reason)}`,
        chip: 'Paused',
      };
    default:
      return {
        tone: 'lost',
        icon: 'moving',
        title: 'On the way',
        detail: `Your student does not see where you are now. ${unseenInWords(reason)}`,
        chip: 'No position',
      };
  }
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
