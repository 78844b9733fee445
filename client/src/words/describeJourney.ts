import type { Moment } from '../connection/clock.js';
import { ageAt } from '../liveLocation/fixAge.js';
import type { Description } from './description.js';
import { capitalized, formatAge, formatArrival, formatClock, formatDuration } from './format.js';
import type { JourneyView } from './journeyView.js';
import type { Words } from './Words.js';

/** Puts a journey's state into plain words for the student who waits. */
export function describeJourney(words: Words, view: JourneyView, now: Moment): Description {
  const { student } = words;
  if (view.signal === 'OFFLINE' && isOpen(view)) {
    const age = view.fixAge && formatAge(words, ageAt(view.fixAge, now));
    return {
      tone: 'lost',
      icon: 'offline',
      title: student.offline,
      detail: student.offlineDetail(age),
      chip: words.chips.OFFLINE,
    };
  }
  const endedAt = clockOf(words, view.endedAt);
  switch (view.phase) {
    case 'NOT_STARTED':
      if (!view.stillAsking) return { tone: 'ended', icon: 'clock', ...student.noJourney };
      return {
        tone: 'waiting',
        icon: 'clock',
        ...student.notStarted,
        ...(view.alerts.includes('NO_SHOW') ? { detail: student.noShow } : {}),
      };
    case 'EN_ROUTE':
      return enRoute(words, view, now);
    case 'ARRIVED':
      return { tone: 'done', icon: 'arrived', ...student.ends.ARRIVED(endedAt) };
    case 'STOPPED':
      return { tone: 'ended', icon: 'stopped', ...student.ends.STOPPED(endedAt) };
    case 'EXPIRED':
      return { tone: 'ended', icon: 'clock', ...student.ends.EXPIRED(endedAt) };
    case 'CANCELLED':
      return { tone: 'ended', icon: 'cancelled', ...student.ends.CANCELLED(endedAt) };
  }
}

const isOpen = ({ phase }: JourneyView): boolean => phase === 'EN_ROUTE' || phase === 'NOT_STARTED';

const clockOf = (words: Words, dateTime: string | undefined): string | undefined =>
  dateTime && formatClock(words, dateTime);

function enRoute(words: Words, view: JourneyView, now: Moment): Description {
  const { student, chips } = words;
  switch (view.signal) {
    case 'LIVE':
      return {
        tone: 'live',
        icon: 'moving',
        title: titleOf(words, view),
        detail: problemOf(words, view) ?? stageDetail(words, view),
        chip: chips.LIVE,
      };
    case 'DELAYED':
      return {
        tone: 'delayed',
        icon: 'moving',
        title: titleOf(words, view),
        detail: problemOf(words, view) ?? student.delayed,
        chip: chips.DELAYED,
      };
    case 'LOST':
      return {
        tone: 'lost',
        icon: 'moving',
        title: student.lost,
        detail:
          problemOf(words, view) ??
          student.lostFor(view.fixAge && formatDuration(words, ageAt(view.fixAge, now))),
        chip: chips.LOST,
      };
    case 'OFFLINE':
    case undefined: {
      const problem = problemOf(words, view);
      return {
        tone: 'waiting',
        icon: 'moving',
        ...student.settingOff,
        ...(problem ? { detail: problem } : {}),
      };
    }
  }
}

/** The answer to the one question first: when. At the door there is nothing left to ask. */
function titleOf(words: Words, { arrival, stage }: JourneyView): string {
  if (stage === 'AT_THE_DOOR' || !arrival) return words.stages[stage ?? 'ON_THE_WAY'];
  return capitalized(formatArrival(words, arrival));
}

/** Null and undefined are of a service or a moment without a stage. */
function stageDetail(words: Words, { stage, startedAt }: JourneyView): string {
  const { student } = words;
  return stage && stage !== 'ON_THE_WAY'
    ? student.stages[stage]
    : student.onTheWay(clockOf(words, startedAt));
}

const problemOf = ({ student }: Words, { trackingProblem }: JourneyView): string | undefined =>
  trackingProblem ? student.trackingProblems[trackingProblem] : undefined;

/**
 * What else a student should know of an active journey. A lost signal is the card's head already, and while it is lost
 * nothing is known about the way.
 */
export function journeyNotes({ student }: Words, { phase, signal, alerts, arrival }: JourneyView): string[] {
  if (phase !== 'EN_ROUTE' || (signal !== 'LIVE' && signal !== 'DELAYED')) return [];
  return [
    ...(alerts.includes('RUNNING_LATE') && arrival?.kind !== 'LATE' ? [student.runningLate] : []),
    ...(alerts.includes('NOT_MOVING') ? [student.notMoving] : []),
  ];
}
