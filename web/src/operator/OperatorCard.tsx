import type { JourneyFailure } from '@journey/client';
import type { Words } from '@journey/client/words';
import { isRefusal } from '../app/refusals';
import { useWords } from '../app/words';
import { formatBytes } from '../format/bytes';
import { Facts } from '../ui/Facts';
import { Status } from '../ui/Status';
import { countSignals, countStates, type SignalCounts } from './counts';
import { FleetList } from './FleetList';
import type { FleetJourney } from './fleetOrder';
import { NoShowList } from './NoShowList';
import type { NoShows } from './useNoShows';
import type { PollCost } from './usePollCost';

interface OperatorCardProps {
  journeys: readonly FleetJourney[];
  /** Undefined: not known yet. */
  enRoute: number | undefined;
  noShows: NoShows;
  cost: PollCost;
  failure: JourneyFailure | undefined;
  /** The demo's sessions are shown in every state, and lead to the student's view. */
  isDemo: boolean;
  onCancel: (journey: FleetJourney) => void;
}

export function OperatorCard(props: OperatorCardProps) {
  const { journeys, enRoute, noShows, cost, failure, isDemo, onCancel } = props;
  const words = useWords();
  const { operator } = words;
  const states = countStates(journeys);
  const signals = countSignals(journeys);
  const { total, aMinute } = cost;

  return (
    <>
      <Status
        tone={failure ? 'lost' : 'live'}
        icon={failure ? (isRefusal(failure) ? 'locked' : 'offline') : 'moving'}
        eyebrow={isDemo ? operator.sessions(journeys.length) : words.people.operator}
        title={enRoute === undefined ? operator.cardLabel : operator.title(enRoute)}
        detail={
          failure ? failureDetail(words, failure) : enRoute === undefined ? operator.asking : operator.detail
        }
        {...(failure ? { chip: isRefusal(failure) ? operator.refusedChip : words.chips.OFFLINE } : {})}
      />
      <SignalBar signals={signals} />
      {isDemo && (
        <Facts
          facts={(Object.keys(states) as (keyof typeof states)[]).map((state) => ({
            name: words.states[state],
            value: String(states[state]),
          }))}
        />
      )}
      <h2>{operator.cost.title}</h2>
      <Facts
        facts={[
          { name: operator.cost.requests, value: String(total.requests) },
          { name: operator.cost.received, value: formatBytes(words, total.bytes) },
          {
            name: operator.cost.each,
            value:
              total.requests === 0
                ? words.facts.unknown
                : formatBytes(words, Math.round(total.bytes / total.requests)),
          },
        ]}
      />
      <h2>{operator.cost.aMinute}</h2>
      <Facts
        facts={[
          {
            name: operator.cost.requests,
            value: aMinute ? String(Math.round(aMinute.requests)) : words.facts.unknown,
          },
          {
            name: operator.cost.received,
            value: aMinute ? formatBytes(words, Math.round(aMinute.bytes)) : words.facts.unknown,
          },
          {
            name: operator.cost.aJourney,
            value:
              aMinute && states.EN_ROUTE > 0
                ? formatBytes(words, Math.round(aMinute.bytes / states.EN_ROUTE))
                : words.facts.unknown,
          },
        ]}
      />
      <NoShowList {...noShows} />
      <FleetList journeys={journeys} isDemo={isDemo} onCancel={onCancel} />
    </>
  );
}

function SignalBar({ signals }: { signals: SignalCounts }) {
  const words = useWords();
  const shown = (Object.keys(words.signals) as (keyof SignalCounts)[]).filter(
    (signal) => signals[signal] > 0,
  );
  if (shown.length === 0) return null;
  return (
    <div className="signals">
      <div className="signals-bar" aria-hidden="true">
        {shown.map((signal) => (
          <span key={signal} data-signal={signal} style={{ flexGrow: signals[signal] }} />
        ))}
      </div>
      <ul aria-label={words.operator.signalsLabel}>
        {shown.map((signal) => (
          <li key={signal} data-signal={signal}>
            {words.signals[signal]} <strong>{signals[signal]}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function failureDetail({ operator }: Words, failure: JourneyFailure): string {
  if (failure.code === 'UNAUTHENTICATED') return operator.unauthenticated;
  return isRefusal(failure) ? operator.refused : operator.offline;
}
