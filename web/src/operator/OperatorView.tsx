import { useMemo } from 'react';
import { routeFragment } from '../app/route';
import { Camera } from '../map/Camera';
import { Screen } from '../ui/Screen';
import { FleetLayer } from './FleetLayer';
import { inWords, OperatorCard } from './OperatorCard';
import { useAllJourneys } from './useAllJourneys';
import { usePollCost } from './usePollCost';
import { useSessionIds } from './useSessionIds';

/** Everybody at once. `linked`: whether one may look at a single session from here. */
export function OperatorView({ linked }: { linked: boolean }) {
  const cost = usePollCost();
  const { sessionIds, failure: listFailure } = useSessionIds();
  const { journeys: known, failure: pollFailure } = useAllJourneys(sessionIds);
  const journeys = useMemo(() => [...known.values()], [known]);
  const places = useMemo(() => journeys.flatMap(({ location }) => (location ? [location] : [])), [journeys]);

  const failure = pollFailure ?? listFailure;

  return (
    <Screen
      mapLabel="Map of all journeys"
      marks={(insets) => (
        <>
          <FleetLayer journeys={journeys} onPick={linked ? openStudentView : undefined} />
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel="All journeys"
      announcement={failure ? inWords(failure) : ''}
      card={<OperatorCard journeys={journeys} cost={cost} failure={failure} linked={linked} />}
    />
  );
}

function openStudentView(sessionId: string): void {
  window.location.hash = routeFragment('student', sessionId);
}
