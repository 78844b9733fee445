import { ageAt, type AgedAt, type Moment } from '@journey/client';
import { formatAge, formatClock, formatDuration } from '../format/time';
import type { StatusIcon, Tone } from '../ui/Status';

export type JourneyPhase = 'NOT_STARTED' | 'EN_ROUTE' | 'ARRIVED' | 'STOPPED' | 'EXPIRED' | 'CANCELLED';
export type ShownSignal = 'LIVE' | 'DELAYED' | 'LOST' | 'OFFLINE';

/** What a student's screen knows of a journey; times are RFC 3339. */
export interface JourneyView {
  readonly phase: JourneyPhase;
  /** Undefined when there is no fix to judge and the server answers. */
  readonly signal: ShownSignal | undefined;
  /** How old the newest fix was when the last answer came. */
  readonly fixAge: AgedAt | undefined;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** False once nothing more can come: the server said to stop asking. */
  readonly stillAsking: boolean;
}

/** The words and the look of a card's head. */
export interface Description {
  readonly tone: Tone;
  readonly icon: StatusIcon;
  readonly title: string;
  readonly detail: string;
  readonly chip?: string;
}

/** Puts a journey's state into plain words for the student who waits. */
export function describeJourney(view: JourneyView, now: Moment): Description {
  if (view.signal === 'OFFLINE' && isOpen(view)) return offline(view, now);
  switch (view.phase) {
    case 'NOT_STARTED':
      return view.stillAsking
        ? {
            tone: 'waiting',
            icon: 'clock',
            title: 'Not on the way yet',
            detail: 'This map comes alive as soon as your trainer sets off.',
          }
        : { tone: 'ended', icon: 'clock', title: 'No journey', detail: 'Nobody is coming for this session.' };
    case 'EN_ROUTE':
      return enRoute(view, now);
    case 'ARRIVED':
      return {
        tone: 'done',
        icon: 'arrived',
        title: 'Arrived',
        detail: `Your trainer ${atTheDoor(view)}. The position is no longer shared.`,
      };
    case 'STOPPED':
      return {
        tone: 'ended',
        icon: 'stopped',
        title: 'Journey stopped',
        detail: `Your trainer stopped sharing${atClock(view.endedAt)}. You will see it here if they set off again.`,
      };
    case 'EXPIRED':
      return {
        tone: 'ended',
        icon: 'clock',
        title: 'Sharing timed out',
        detail: `Positions are shared for an hour at most; this journey ended${atClock(view.endedAt)}.`,
      };
    case 'CANCELLED':
      return {
        tone: 'ended',
        icon: 'cancelled',
        title: 'Session cancelled',
        detail: `The booking changed, so this journey ended${atClock(view.endedAt)}.`,
      };
  }
}

const isOpen = ({ phase }: JourneyView): boolean => phase === 'EN_ROUTE' || phase === 'NOT_STARTED';

function enRoute(view: JourneyView, now: Moment): Description {
  switch (view.signal) {
    case 'LIVE':
      return {
        tone: 'live',
        icon: 'moving',
        title: 'On the way',
        detail: `Your trainer set off${atClock(view.startedAt)} and is driving to you.`,
        chip: 'Live',
      };
    case 'DELAYED':
      return {
        tone: 'delayed',
        icon: 'moving',
        title: 'On the way',
        detail: 'The position is a little behind.',
        chip: 'Delayed',
      };
    case 'LOST':
      return {
        tone: 'lost',
        icon: 'moving',
        title: 'Signal lost',
        detail: `No position${sinceFix(view, now)}: a tunnel, perhaps. The map goes on as soon as there is one.`,
        chip: 'Lost',
      };
    case 'OFFLINE':
    case undefined:
      return {
        tone: 'waiting',
        icon: 'moving',
        title: 'Setting off',
        detail: 'Your trainer has started; the first position will be here in a moment.',
      };
  }
}

function offline(view: JourneyView, now: Moment): Description {
  return {
    tone: 'lost',
    icon: 'offline',
    title: 'No connection',
    detail: view.fixAge
      ? `We cannot reach the service and keep trying. This is where your trainer was ${formatAge(ageAt(view.fixAge, now))}.`
      : 'We cannot reach the service and keep trying.',
    chip: 'Offline',
  };
}

function sinceFix(view: JourneyView, now: Moment): string {
  return view.fixAge ? ` for ${formatDuration(ageAt(view.fixAge, now))}` : '';
}

function atClock(dateTime: string | undefined): string {
  return dateTime ? ` at ${formatClock(dateTime)}` : '';
}

function atTheDoor({ endedAt }: JourneyView): string {
  return endedAt ? `has been at the door since ${formatClock(endedAt)}` : 'is at the door';
}
