import { useLiveLocations, type JourneyFailure, type LiveLocation, type SessionSeen } from '@journey/client';
import { documentVisibility } from '@journey/client/browser';
import { useMemo, useState } from 'react';
import { isFinal } from '../app/isFinal';
import { routeFragment } from '../app/route';
import { Camera } from '../map/Camera';
import { Screen } from '../ui/Screen';
import { FleetLayer } from './FleetLayer';
import { inWords, OperatorCard } from './OperatorCard';
import { usePollCost } from './usePollCost';
import { useSessionIds } from './useSessionIds';

const NONE: readonly string[] = [];

/** Everybody at once. `demoSessionIds`: those of the demo, each of which one may look at from here. */
export function OperatorView({ demoSessionIds }: { demoSessionIds: readonly string[] | undefined }) {
  const cost = usePollCost();
  const [visibility] = useState(documentVisibility);
  const [refusal, setRefusal] = useState<JourneyFailure>();
  const listed = useSessionIds({ skip: demoSessionIds !== undefined });
  const live = useLiveLocations(refusal ? NONE : (demoSessionIds ?? listed.sessionIds), { visibility });
  const failure = refusal ?? live.failure ?? listed.failure;
  if (!refusal && live.failure && isFinal(live.failure)) setRefusal(live.failure);

  const journeys = useMemo(() => [...live.sessions.values()].flatMap(journeyOf), [live.sessions]);
  const places = useMemo(() => journeys.flatMap(({ location }) => (location ? [location] : [])), [journeys]);
  const linked = demoSessionIds !== undefined;

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

/** With the place that was known last, and the signal as it has aged since. */
function journeyOf({ liveLocation, location, signal }: SessionSeen): LiveLocation[] {
  return liveLocation ? [{ ...liveLocation, location, signal }] : [];
}

function openStudentView(sessionId: string): void {
  window.location.hash = routeFragment('student', sessionId);
}
