import type { TrackerState } from '../tracker/trackerState.js';
import { unseenReason } from '../tracker/unseenReason.js';
import type { Description } from './description.js';
import { trackerRefusal } from './trackerNotice.js';
import type { Words } from './Words.js';

/** Puts the trainer's own side of a journey into plain words. */
export function describeTracker(words: Words, tracker: TrackerState): Description {
  const { trainer } = words;
  switch (tracker.phase) {
    case 'RESTORING':
      return { tone: 'waiting', icon: 'clock', ...trainer.restoring };
    case 'READY':
      return trackerRefusal(words, tracker) ?? { tone: 'waiting', icon: 'moving', ...trainer.ready };
    case 'STARTING':
      return { tone: 'waiting', icon: 'moving', ...trainer.starting };
    case 'ARRIVING':
      return { tone: 'waiting', icon: 'arrived', ...trainer.arriving };
    case 'STOPPING':
      return tracker.sending === 'UNAUTHENTICATED' || tracker.sending === 'REFUSED'
        ? { tone: 'lost', icon: 'locked', ...trainer.notStopped }
        : { tone: 'waiting', icon: 'stopped', ...trainer.stopping };
    case 'EN_ROUTE':
      return enRoute(words, tracker);
    case 'ENDED':
      return ended(words, tracker);
  }
}

function enRoute({ trainer }: Words, tracker: TrackerState): Description {
  const reason = unseenReason(tracker);
  switch (reason) {
    case null:
      return {
        tone: 'live',
        icon: 'moving',
        title: trainer.onTheWay,
        detail: tracker.signal ? trainer.seen : trainer.seenSoon,
        chip: trainer.chips.sharing,
      };
    case 'OFFLINE':
      return {
        tone: 'delayed',
        icon: 'offline',
        title: trainer.noConnection,
        detail: trainer.keptFixes(tracker.bufferedFixes),
        chip: trainer.chips.offline,
      };
    case 'OTHER_DEVICE':
      return {
        tone: 'waiting',
        icon: 'moving',
        title: trainer.otherDevice,
        detail: trainer.reasons[reason],
      };
    case 'SIGNED_OUT':
    case 'REFUSED':
    case 'PERMISSION_DENIED':
      return {
        tone: 'lost',
        icon: 'locked',
        title: trainer.notSharing,
        detail: `${trainer.unseen} ${trainer.reasons[reason]}`,
        chip: trainer.chips.paused,
      };
    default:
      return {
        tone: 'lost',
        icon: 'moving',
        title: trainer.onTheWay,
        detail: `${trainer.unseenNow} ${trainer.reasons[reason]}`,
        chip: trainer.chips.noPosition,
      };
  }
}

function ended({ trainer }: Words, { outcome }: TrackerState): Description {
  switch (outcome) {
    case 'ARRIVED':
      return { tone: 'done', icon: 'arrived', ...trainer.ends.ARRIVED };
    case 'EXPIRED':
      return { tone: 'ended', icon: 'clock', ...trainer.ends.EXPIRED };
    case 'CANCELLED':
      return { tone: 'ended', icon: 'cancelled', ...trainer.ends.CANCELLED };
    case 'STOPPED':
    case 'UNKNOWN':
    case null:
      return { tone: 'ended', icon: 'stopped', ...trainer.ends[outcome ?? 'UNKNOWN'] };
  }
}
