import type { Moment } from '../connection/clock.js';
import type { JourneyStage } from '../generated/operations.js';
import { describeJourney } from './describeJourney.js';
import type { JourneyView } from './journeyView.js';
import type { Words } from './Words.js';

/** What a screen reader said last of a journey, and what it need not say again. */
export interface Announcement {
  readonly text: string;
  readonly journeyId: string | null;
  /** The nearest stage that was announced. */
  readonly stage: JourneyStage | null;
  readonly isLost: boolean;
}

/**
 * What a screen reader says next; the same object as long as there is nothing new. A stage is announced once, and what
 * changes by the minute or the second (an expected arrival, an age, a signal that is a little behind) is not announced.
 */
export function nextAnnouncement(
  words: Words,
  said: Announcement | null,
  { view, journeyId, now }: { view: JourneyView; journeyId: string | null; now: Moment },
): Announcement {
  const isSame = said?.journeyId === journeyId;
  const isLost = view.signal === 'LOST' || view.signal === 'OFFLINE';
  // Neither the details of a loss, which age, nor the arrival, which counts down.
  const signal = view.signal === 'DELAYED' ? 'LIVE' : view.signal;
  const { title, detail } = describeJourney(words, { ...view, signal, arrival: null }, now);
  // Without a position it is not on its way for anybody.
  const stage = signal ? view.stage : null;
  const text = isLost ? `${title}.` : `${title}. ${detail}`;
  if (!isLost && view.phase === 'EN_ROUTE' && stage && isSame && said.stage === stage) {
    if (!said.isLost) return said;
    return { text: words.student.signalBack, journeyId, stage, isLost };
  }
  const announced = isLost && isSame ? said.stage : stage;
  return isSame && said.text === text && said.isLost === isLost && said.stage === announced
    ? said
    : { text, journeyId, stage: announced, isLost };
}
