import { useLiveLocations, type JourneyFailure, type SessionSnapshot } from '@journey/client';
import { useJourneys } from '@journey/client/fleet';
import { documentVisibility } from '@journey/client/browser';
import { useCallback, useMemo, useState } from 'react';
import type { FleetJourney } from './fleetOrder';

interface Fleet {
  /** Those that the service has answered about; of thousands some take a while. */
  readonly journeys: readonly FleetJourney[];
  /** How many are on the way, also where nothing else is known of them yet; undefined: not known. */
  readonly enRoute: number | undefined;
  readonly failure: JourneyFailure | undefined;
  /** Leaves a journey out that was cancelled from here, before the next answer does. */
  readonly onCancelled: (journeyId: string) => void;
}

/** Every active journey of the service; in the demo (`demoSessionIds`) its sessions, whatever their state. */
export function useFleet(demoSessionIds: readonly string[] | undefined): Fleet {
  const [visibility] = useState(documentVisibility);
  const [cancelled, setCancelled] = useState<ReadonlySet<string>>(new Set());
  const listed = useJourneys({ visibility, skip: demoSessionIds !== undefined });
  const sessionIds = useMemo(
    () => demoSessionIds ?? listed.journeys.filter(({ id }) => !cancelled.has(id)).map(sessionIdOf),
    [demoSessionIds, listed.journeys, cancelled],
  );
  const live = useLiveLocations(sessionIds, { visibility });
  const journeys = useMemo(
    () =>
      [...live.sessions.values()]
        .flatMap(journeyOf)
        .filter(({ isActive, journeyId }) => !isActive || !cancelled.has(journeyId ?? '')),
    [live.sessions, cancelled],
  );
  const onCancelled = useCallback(
    (journeyId: string) => setCancelled((before) => new Set([...before, journeyId])),
    [],
  );

  const isListed = demoSessionIds !== undefined || !listed.loading;
  const active = journeys.filter(({ isActive }) => isActive).length;
  const unanswered = demoSessionIds ? 0 : sessionIds.length - journeys.length;
  return {
    journeys,
    enRoute: isListed ? active + unanswered : undefined,
    failure: (sessionIds.length > 0 ? live.failure : null) ?? listed.failure ?? undefined,
    onCancelled,
  };
}

const sessionIdOf = ({ sessionId }: { sessionId: string }): string => sessionId;

function journeyOf({ liveLocation, location, signal, arrival }: SessionSnapshot): FleetJourney[] {
  return liveLocation ? [{ ...liveLocation, location, signal, arrival }] : [];
}
