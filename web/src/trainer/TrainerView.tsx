import { browserGeolocation } from '@journey/client/browser';
import { describeRefusal, type Description } from '@journey/client/words';
import { useMemo, useState, type ReactNode } from 'react';
import { lastingStorage } from '../app/pageStorage';
import { useWords } from '../app/words';
import { useHome } from '../student/useHome';
import { Screen } from '../ui/Screen';
import { Status } from '../ui/Status';
import type { PositionKind } from './PositionChoice';
import { simulatedPosition } from './simulatedPosition';
import { TrackedJourney } from './TrackedJourney';

const KIND_KEY = 'journey.position';

interface TrainerViewProps {
  sessionId: string;
  /** Whether to offer a drive that nobody drives. */
  simulation: boolean;
  footer: ReactNode;
}

/** One session as its trainer drives it. */
export function TrainerView({ sessionId, simulation, footer }: TrainerViewProps) {
  const words = useWords();
  const [chosen, setChosen] = useState<PositionKind>(() =>
    lastingStorage.get(KIND_KEY) === 'phone' ? 'phone' : 'simulated',
  );
  const kind = simulation ? chosen : 'phone';
  const { home, refusal } = useHome(sessionId);
  const simulated = useMemo(() => home && simulatedPosition(sessionId, home), [home, sessionId]);
  const phone = useMemo(() => browserGeolocation(), []);
  const position = kind === 'phone' ? phone : simulated;

  if (!position) {
    const description: Description = refusal
      ? describeRefusal(words, refusal.code)
      : { tone: 'waiting', icon: 'clock', ...words.trainer.lookingUp };
    return (
      <Screen
        mapLabel={words.app.mapLabel}
        marks={() => null}
        cardLabel={words.trainer.cardLabel}
        announcement={`${description.title}.`}
        card={
          <>
            <Status eyebrow={words.app.title} {...description} />
            {footer}
          </>
        }
      />
    );
  }
  return (
    <TrackedJourney
      // Another source of positions is another tracker.
      key={kind}
      sessionId={sessionId}
      position={position}
      home={home}
      choice={simulation ? kind : undefined}
      onChoice={(choice) => {
        lastingStorage.set(KIND_KEY, choice);
        setChosen(choice);
      }}
      onDeparture={kind === 'phone' ? undefined : simulated?.startOver}
      footer={footer}
    />
  );
}
