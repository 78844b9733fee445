import type { JourneyFailure, LiveLocation } from '@journey/client';
import { routeFragment } from '../app/route';
import { formatBytes } from '../format/bytes';
import { formatDistance } from '../format/distance';
import { formatPerson } from '../format/person';
import { Facts } from '../ui/Facts';
import { Status } from '../ui/Status';
import { countSignals, countStates, type SignalCounts } from './counts';
import { isRefusal } from './isRefusal';
import type { PollCost } from './usePollCost';

interface OperatorCardProps {
  journeys: readonly LiveLocation[];
  cost: PollCost;
  failure: JourneyFailure | undefined;
  linked: boolean;
}

const SIGNAL_NAMES: Record<keyof SignalCounts, string> = {
  LIVE: 'Live',
  DELAYED: 'Delayed',
  LOST: 'Lost',
  NONE: 'No position yet',
};

export function OperatorCard({ journeys, cost, failure, linked }: OperatorCardProps) {
  const states = countStates(journeys);
  const signals = countSignals(journeys);
  const underWay = journeys
    .filter(({ isActive }) => isActive)
    .sort((a, b) => (a.distanceMeters ?? Infinity) - (b.distanceMeters ?? Infinity));
  const title = `${states.EN_ROUTE} on the way`;

  return (
    <>
      <Status
        tone={failure ? 'lost' : 'live'}
        icon={failure ? 'offline' : 'moving'}
        eyebrow={`${journeys.length} sessions`}
        title={title}
        detail={failure ? inWords(failure) : 'Every journey of this service, at the pace that it sets.'}
        chip={failure ? 'Offline' : 'Live'}
      />
      <SignalBar signals={signals} />
      <Facts
        facts={[
          { name: 'Not started', value: String(states.NOT_STARTED) },
          { name: 'On the way', value: String(states.EN_ROUTE) },
          { name: 'Arrived', value: String(states.ARRIVED) },
          { name: 'Stopped', value: String(states.STOPPED) },
          { name: 'Expired', value: String(states.EXPIRED) },
          { name: 'Cancelled', value: String(states.CANCELLED) },
        ]}
      />
      <h2>What watching costs</h2>
      <Facts
        facts={[
          { name: 'Requests', value: String(cost.requests) },
          { name: 'Received', value: formatBytes(cost.bytes) },
          {
            name: 'Each',
            value: cost.requests === 0 ? '…' : formatBytes(Math.round(cost.bytes / cost.requests)),
          },
        ]}
      />
      {underWay.length > 0 && (
        <>
          <h2>On the way</h2>
          <ul className="journeys">
            {underWay.map(({ sessionId, trainerId, distanceMeters, signal }) => (
              <li key={sessionId} data-signal={signal ?? 'NONE'}>
                {linked ? (
                  <a href={routeFragment('student', sessionId)}>{formatPerson(trainerId)}</a>
                ) : (
                  formatPerson(trainerId)
                )}
                <span>
                  <span className="visually-hidden">{SIGNAL_NAMES[signal ?? 'NONE']}, </span>
                  {distanceMeters == null ? 'no position' : formatDistance(distanceMeters)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function SignalBar({ signals }: { signals: SignalCounts }) {
  const shown = (Object.keys(SIGNAL_NAMES) as (keyof SignalCounts)[]).filter((signal) => signals[signal] > 0);
  if (shown.length === 0) return null;
  return (
    <div className="signals">
      <div className="signals-bar" aria-hidden="true">
        {shown.map((signal) => (
          <span key={signal} data-signal={signal} style={{ flexGrow: signals[signal] }} />
        ))}
      </div>
      <ul aria-label="On the way, by signal">
        {shown.map((signal) => (
          <li key={signal} data-signal={signal}>
            {SIGNAL_NAMES[signal]} <strong>{signals[signal]}</strong>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function inWords(failure: JourneyFailure): string {
  return isRefusal(failure)
    ? 'This link does not belong to an operator.'
    : 'We cannot reach the service and keep trying. This is what we knew last.';
}
