import type { Moment } from '@journey/client';
import { nextAnnouncement, type Announcement, type JourneyView } from '@journey/client/words';
import { useState } from 'react';
import { useWords } from '../app/words';

/** What a screen reader says of a journey; undefined: nothing is known of one. */
export function useAnnouncement(
  view: JourneyView | undefined,
  journeyId: string | null | undefined,
  now: Moment,
): string | undefined {
  const words = useWords();
  const [said, setSaid] = useState<Announcement | null>(null);
  if (!view) return undefined;
  const next = nextAnnouncement(words, said, { view, journeyId: journeyId ?? null, now });
  if (next !== said) setSaid(next);
  return next.text;
}
