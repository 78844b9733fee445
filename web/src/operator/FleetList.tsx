import { capitalized, formatArrival, formatDistance, formatPerson } from '@journey/client/words';
import { useState } from 'react';
import { routeFragment } from '../app/route';
import { useWords } from '../app/words';
import {
  FLEET_ALERTS,
  FLEET_SORTS,
  fleetList,
  type FleetFilter,
  type FleetJourney,
  type FleetSort,
} from './fleetOrder';

interface FleetListProps {
  journeys: readonly FleetJourney[];
  /** Each name leads to the student's view. */
  linked: boolean;
}

/** Who is expected when, and who needs somebody to look after them. */
export function FleetList({ journeys, linked }: FleetListProps) {
  const words = useWords();
  const { operator } = words;
  const [sort, setSort] = useState<FleetSort>('arrival');
  const [filter, setFilter] = useState<FleetFilter>('ALL');
  const shown = fleetList(journeys, { sort, filter });
  if (filter === 'ALL' && shown.length === 0) return null;

  return (
    <>
      <h2>{operator.listTitle}</h2>
      <div className="list-controls">
        <label className="field">
          {operator.sortBy}
          <select value={sort} onChange={({ target }) => setSort(target.value as FleetSort)}>
            {FLEET_SORTS.map((each) => (
              <option key={each} value={each}>
                {operator.sorts[each]}
              </option>
            ))}
          </select>
        </label>
        <label className="field">
          {operator.show}
          <select value={filter} onChange={({ target }) => setFilter(target.value as FleetFilter)}>
            <option value="ALL">{operator.showAll}</option>
            <option value="TROUBLED">{operator.showTroubled}</option>
            {FLEET_ALERTS.map((alert) => (
              <option key={alert} value={alert}>
                {words.alerts[alert]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {shown.length === 0 && <p className="status-detail">{operator.noneShown}</p>}
      <ul className="journeys">
        {shown.map((journey) => (
          <FleetItem key={journey.sessionId} journey={journey} linked={linked} />
        ))}
      </ul>
    </>
  );
}

function FleetItem({ journey, linked }: { journey: FleetJourney; linked: boolean }) {
  const words = useWords();
  const { sessionId, trainerId, state, isActive, signal, distanceMeters, arrival } = journey;
  const person = formatPerson(words, trainerId);
  const troubles = [
    ...journey.alerts.map((alert) => words.alerts[alert]),
    ...(journey.trackingProblem ? [words.trackingProblems[journey.trackingProblem]] : []),
  ];
  const place = distanceMeters == null ? words.operator.noPosition : formatDistance(words, distanceMeters);
  return (
    <li data-signal={signal ?? 'NONE'}>
      {linked ? <a href={routeFragment('student', sessionId)}>{person}</a> : person}
      {troubles.length > 0 && <span className="troubles">{troubles.join(', ')}</span>}
      <span>
        {isActive ? (
          <>
            <span className="visually-hidden">{words.signals[signal ?? 'NONE']}, </span>
            {arrival ? `${capitalized(formatArrival(words, arrival))} · ${place}` : place}
          </>
        ) : (
          words.states[state]
        )}
      </span>
    </li>
  );
}
