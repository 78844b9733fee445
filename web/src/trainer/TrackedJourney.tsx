import { useJourneyTracker, type PositionSource, type TrackerState } from '@journey/client';
import { browserStorage } from '@journey/client/browser';
import { describeTracker } from '@journey/client/words';
import { useMemo, useState, type ReactNode } from 'react';
import { useWords } from '../app/words';
import { Camera } from '../map/Camera';
import { metersBetween, type Place } from '../map/geometry';
import { HomeMark } from '../map/HomeMark';
import { Trail } from '../map/Trail';
import { TrainerMark } from '../map/TrainerMark';
import { Screen } from '../ui/Screen';
import type { PositionKind } from './PositionChoice';
import { TrainerCard } from './TrainerCard';
import { useOwnTrail } from './useOwnTrail';

interface TrackedJourneyProps {
  sessionId: string;
  position: PositionSource;
  home: Place | undefined;
  /** Undefined when there is no choice. */
  choice: PositionKind | undefined;
  onChoice: (choice: PositionKind) => void;
  /** Told of each start, before it. */
  onDeparture: (() => void) | undefined;
  footer: ReactNode;
}

export function TrackedJourney(props: TrackedJourneyProps) {
  const { sessionId, position, home, choice, onChoice, onDeparture, footer } = props;
  const words = useWords();
  const [storage] = useState(browserStorage);
  const tracker = useJourneyTracker(sessionId, { position, storage });
  const { lastFix } = tracker;
  const { trail, newest } = useOwnTrail(tracker.journey?.id, lastFix);
  const places = useMemo(() => [lastFix, home].filter((place) => place != null), [lastFix, home]);

  return (
    <Screen
      mapLabel={words.trainer.mapLabel}
      marks={(insets) => (
        <>
          {home && <HomeMark place={home} label={words.trainer.home} />}
          {lastFix && tracker.phase !== 'ENDED' ? (
            <TrainerMark
              fix={{
                latitude: lastFix.latitude,
                longitude: lastFix.longitude,
                heading: lastFix.heading ?? undefined,
                accuracy: lastFix.accuracy ?? undefined,
                capturedAt: new Date(lastFix.capturedAtMs).toISOString(),
              }}
              trail={trail}
              signal={tracker.sending === 'ONLINE' && !tracker.positionProblem ? 'LIVE' : 'OFFLINE'}
              label={words.trainer.you}
            />
          ) : (
            <Trail places={newest ? [...trail, newest] : trail} />
          )}
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel={words.trainer.cardLabel}
      announcement={`${describeTracker(words, tracker).title}.`}
      card={
        <>
          <TrainerCard
            tracker={tracker}
            toGoMeters={toGo(tracker, home)}
            choice={choice}
            onChoice={onChoice}
            onStart={() => {
              onDeparture?.();
              return tracker.start();
            }}
          />
          {footer}
        </>
      }
    />
  );
}

/** The service's distance while it has the newest position; else the phone knows better than the service's last answer. */
function toGo(
  { sending, distanceMeters, lastFix }: TrackerState,
  home: Place | undefined,
): number | undefined {
  if (sending !== 'ONLINE' && lastFix && home) return Math.round(metersBetween(lastFix, home));
  return distanceMeters ?? undefined;
}
