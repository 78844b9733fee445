import type { JourneyFailure, LiveLocation } from '@journey/client';
import { isRefusal } from '../app/refusals';
import { routeFragment } from '../app/route';
import { formatBytes } from '../format/bytes';
import { formatDistance } from '../format/distance';
import { formatPerson } from '../format/person';
import { Facts } from '../ui/Facts';
import { Status } from '../ui/Status';
import { countSignals, countStates, type SignalCounts } from './counts';
import type { PollCost } from './usePollCost';
import { MOST_SESSIONS } from './useSessionIds';

interface OperatorCardProps {
  journeys: readonly LiveLocation[];
  cost: PollCost;
  failure: JourneyFailure | undefined;
  linked: boolean;
  /** There are sessions that are not watched. */
  more: boolean;
}

const MORE = `Only the first ${MOST_SESSIONS} sessions are watched; there are more.`;

const SIGNAL_NAMES: Record<keyof SignalCounts, string> = {
  LIVE: 'Live',
  DELAYED: 'Delayed',
  LOST: 'Lost',
  NONE: 'No position yet',
};

export function OperatorCard({ journeys, cost, failure, linked, more }: OperatorCardProps) {
  const states = countStates(journeys);
  const signals = countSignals(journeys);
  const active = journeys
    .filter(({ isActive }) => isActive)
    .sort((a, b) => (a.distanceMeters ?? Infinity) - (b.distanceMeters ?? Infinity));
  const { total, aMinute } = cost;
  const title = `${states.EN_ROUTE} on the way`;

  return (
    <>
      <Status
        tone={failure ? 'lost' : 'live'}
        icon={failure ? (isRefusal(failure) ? 'locked' : 'offline') : 'moving'}
        eyebrow={journeys.length === 1 ? '1 session' : `${journeys.length} sessions`}
        title={title}
        detail={
          failure
            ? inWords(failure)
            : more
              ? MORE
              : 'Every journey of this service, at the interval that it sets.'
        }
        {...(failure ? { chip: isRefusal(failure) ? 'Refused' : 'Offline' } : {})}
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
          { name: 'Requests', value: String(total.requests) },
          { name: 'Received', value: formatBytes(total.bytes) },
          {
            name: 'Each',
            value: total.requests === 0 ? '…' : formatBytes(Math.round(total.bytes / total.requests)),
          },
        ]}
      />
      <h2>A minute of it</h2>
      <Facts
        facts={[
          { name: 'Requests', value: aMinute ? String(Math.round(aMinute.requests)) : '…' },
          { name: 'Received', value: aMinute ? formatBytes(Math.round(aMinute.bytes)) : '…' },
          {
            name: 'A journey',
            value:
              aMinute && active.length > 0 ? formatBytes(Math.round(aMinute.bytes / active.length)) : '…',
          },
        ]}
      />
      {active.length > 0 && (
        <>
          <h2>On the way</h2>
          <ul className="journeys">
            {active.map(({ sessionId, trainerId, distanceMeters, signal }) => (
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
  if (failure.code === 'UNAUTHENTICATED') return 'This link has expired. Open the newest one.';
  return isRefusal(failure)
    ? 'This link does not belong to an operator.'
    : 'We cannot reach the service and keep trying. This is what we knew last.';
}
