import type { Text } from './Words.js';

/** What a state looks like; each has its colours in the theme. */
export type Tone = 'live' | 'waiting' | 'delayed' | 'lost' | 'done' | 'ended';

/** The picture of a state, which each platform draws its own way. */
export type StatusIcon = 'moving' | 'clock' | 'arrived' | 'stopped' | 'cancelled' | 'offline' | 'locked';

/** The words and the look of a card's head. */
export interface Description extends Text {
  readonly tone: Tone;
  readonly icon: StatusIcon;
  /** A word beside the title, in the tone's colours. */
  readonly chip?: string;
}
