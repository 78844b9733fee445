import { useLiveLocations, type SessionSnapshot } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import { useMemo, useState } from 'react';
import { useWords } from '../app/words';
import { routeFragment } from '../app/route';
import { Camera } from '../map/Camera';
import { Screen } from '../ui/Screen';
import type { FleetJourney } from './fleetOrder';
import { FleetLayer } from './FleetLayer';
import { failureDetail, OperatorCard } from './OperatorCard';
import { usePollCost } from './usePollCost';
import { useSessionIds } from './useSessionIds';

/** Everybody at once. `demoSessionIds`: those of the demo, each of which one may look at from here. */
export function OperatorView({ demoSessionIds }: { demoSessionIds: readonly string[] | undefined }) {
  const words = useWords();
  const cost = usePollCost();
  const [visibility] = useState(documentVisibility);
  const listed = useSessionIds({ skip: demoSessionIds !== undefined });
  const live = useLiveLocations(demoSessionIds ?? listed.sessionIds, { visibility });
  const failure = live.failure ?? listed.failure;

  const journeys = useMemo(() => [...live.sessions.values()].flatMap(journeyOf), [live.sessions]);
  const places = useMemo(() => journeys.flatMap(({ location }) => (location ? [location] : [])), [journeys]);
  const linked = demoSessionIds !== undefined;

  return (
    <Screen
      mapLabel={words.operator.mapLabel}
      marks={(insets) => (
        <>
          <FleetLayer journeys={journeys} onPick={linked ? openStudentView : undefined} />
          <Camera places={places} insets={insets} />
        </>
      )}
      cardLabel={words.operator.cardLabel}
      announcement={failure ? failureDetail(words, failure) : ''}
      card={
        <OperatorCard
          journeys={journeys}
          cost={cost}
          failure={failure}
          linked={linked}
          more={!linked && listed.more}
        />
      }
    />
  );
}

function journeyOf({ liveLocation, location, signal, arrival }: SessionSnapshot): FleetJourney[] {
  return liveLocation ? [{ ...liveLocation, location, signal, arrival }] : [];
}

function openStudentView(sessionId: string): void {
  window.location.hash = routeFragment('student', sessionId);
}
