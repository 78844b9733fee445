import { formatPerson } from '@journey/client/words';
import { useMemo, useState } from 'react';
import { useWords } from '../app/words';
import { routeFragment } from '../app/route';
import { Camera } from '../map/Camera';
import { Screen } from '../ui/Screen';
import { CancelDialog } from './CancelDialog';
import { FleetLayer } from './FleetLayer';
import type { FleetJourney } from './fleetOrder';
import { failureDetail, OperatorCard } from './OperatorCard';
import { useFleet } from './useFleet';
import { useNoShows } from './useNoShows';
import { usePollCost } from './usePollCost';

/** Everybody at once. `demoSessionIds`: those of the demo, each of which can be opened from here. */
export function OperatorView({ demoSessionIds }: { demoSessionIds: readonly string[] | undefined }) {
  const words = useWords();
  const cost = usePollCost();
  const { journeys, enRoute, failure, onCancelled } = useFleet(demoSessionIds);
  const isDemo = demoSessionIds !== undefined;
  // The demo's sessions are all in `journeys`, those without a journey too.
  const noShows = useNoShows({ skip: isDemo });
  const [toCancel, setToCancel] = useState<FleetJourney>();
  const [cancelled, setCancelled] = useState<FleetJourney>();
  const places = useMemo(() => journeys.flatMap(({ location }) => (location ? [location] : [])), [journeys]);
  const announcement = failure
    ? failureDetail(words, failure)
    : cancelled
      ? words.operator.cancel.done(formatPerson(words, cancelled.trainerId))
      : '';

  return (
    <Screen
      mapLabel={words.operator.mapLabel}
      marks={(insets) => (
        <>
          <FleetLayer journeys={journeys} onPick={isDemo ? openStudentView : undefined} />
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel={words.operator.cardLabel}
      announcement={announcement}
      card={
        <>
          <OperatorCard
            journeys={journeys}
            enRoute={enRoute}
            noShows={noShows}
            cost={cost}
            failure={failure}
            isDemo={isDemo}
            onCancel={setToCancel}
          />
          {toCancel && (
            <CancelDialog
              journey={toCancel}
              onCancelled={(journey) => {
                onCancelled(journey.journeyId ?? '');
                setCancelled(journey);
              }}
              onClose={() => setToCancel(undefined)}
            />
          )}
        </>
      }
    />
  );
}

function openStudentView(sessionId: string): void {
  window.location.hash = routeFragment('student', sessionId);
}
