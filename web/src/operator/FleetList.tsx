import { capitalized, formatArrival, formatClock, formatDistance, formatPerson } from '@journey/client/words';
import { memo, useMemo, useState } from 'react';
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
  /** Each name leads to the student's view, and sessions without a journey are listed too. */
  isDemo: boolean;
  onCancel: (journey: FleetJourney) => void;
}

/** Thousands of rows would take longer to lay out than they stay up to date. */
const ROWS_AT_ONCE = 100;

/**
 * Who is expected when, and who needs somebody to look after them. Memoized, because the card around it is rendered at
 * each request that the page sends.
 */
export const FleetList = memo(function FleetList({ journeys, isDemo, onCancel }: FleetListProps) {
  const words = useWords();
  const { operator } = words;
  const [sort, setSort] = useState<FleetSort>('arrival');
  const [filter, setFilter] = useState<FleetFilter>('ALL');
  const [rows, setRows] = useState(ROWS_AT_ONCE);
  const shown = useMemo(() => fleetList(journeys, { sort, filter }), [journeys, sort, filter]);
  const unlisted = shown.length - rows;
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
            {FLEET_ALERTS.filter((alert) => isDemo || alert !== 'NO_SHOW').map((alert) => (
              <option key={alert} value={alert}>
                {words.alerts[alert]}
              </option>
            ))}
          </select>
        </label>
      </div>
      {shown.length === 0 && <p className="status-detail">{operator.noneShown}</p>}
      <ul className="journeys">
        {shown.slice(0, rows).map((journey) => (
          <FleetItem key={journey.sessionId} journey={journey} isDemo={isDemo} onCancel={onCancel} />
        ))}
      </ul>
      {unlisted > 0 && (
        <button type="button" className="button" onClick={() => setRows(rows + ROWS_AT_ONCE)}>
          {operator.listMore(unlisted)}
        </button>
      )}
    </>
  );
});

interface FleetItemProps extends Omit<FleetListProps, 'journeys'> {
  journey: FleetJourney;
}

function FleetItem({ journey, isDemo, onCancel }: FleetItemProps) {
  const words = useWords();
  const { sessionId, trainerId, state, isActive, signal, distanceMeters, arrival, correctedAt } = journey;
  const person = formatPerson(words, trainerId);
  const troubles = [
    ...journey.alerts.map((alert) => words.alerts[alert]),
    ...(journey.trackingProblem ? [words.trackingProblems[journey.trackingProblem]] : []),
  ];
  const whereabouts = [
    arrival && capitalized(formatArrival(words, arrival)),
    distanceMeters == null ? words.operator.noPosition : formatDistance(words, distanceMeters),
    correctedAt && words.operator.positionCorrected(formatClock(words, correctedAt)),
  ];
  return (
    <li data-signal={signal ?? 'NONE'}>
      {isDemo ? <a href={routeFragment('student', sessionId)}>{person}</a> : person}
      {troubles.length > 0 && <span className="troubles">{troubles.join(', ')}</span>}
      <span className="whereabouts">
        {isActive ? (
          <>
            <span className="visually-hidden">{words.signals[signal ?? 'NONE']}, </span>
            {whereabouts.filter(Boolean).join(' · ')}
          </>
        ) : (
          words.states[state]
        )}
      </span>
      {isActive && (
        <button
          type="button"
          className="button-small"
          aria-label={words.operator.cancel.buttonLabel(person)}
          onClick={() => onCancel(journey)}
        >
          {words.operator.cancel.button}
        </button>
      )}
    </li>
  );
}
