import { kindOf, type JourneyFailure } from '../connection/failure.js';
import type { LiveLocationFieldsFragment } from '../generated/operations.js';
import type { DrivenSession } from './DrivenSession.js';
import { outcomeOf, sendingAfter } from './trackerState.js';

// What the service's answers mean for a session that this device drives.

export function onRefused(session: DrivenSession, reason: JourneyFailure): void {
  const kind = kindOf(reason);
  if (reason.code === 'OTHER_DEVICE_REPORTS') return onTakenOver(session, reason);
  if (kind === 'GONE') return session.end(outcomeOf(reason.extensions.state), session.record.journey, reason);
  if (kind === 'REFUSED') session.sender.hold();
  session.show({ failure: reason, sending: kind === 'REFUSED' ? 'REFUSED' : sendingAfter(reason) });
}

export function onChecked(session: DrivenSession, live: LiveLocationFieldsFragment): void {
  if (!live.isActive) onEnded(session, live);
  else if (live.journeyId !== session.record.journey?.id) session.showOther(live);
  else session.show({ sending: 'ONLINE', failure: null });
}

export function onEnded(session: DrivenSession, { journeyId, state }: LiveLocationFieldsFragment): void {
  const { journey } = session.getState();
  session.end(journeyId === journey?.id ? outcomeOf(state) : 'UNKNOWN', journey);
}

function onTakenOver(session: DrivenSession, reason: JourneyFailure): void {
  const { journey } = session.getState();
  session.showOther({ journeyId: journey?.id ?? null, startedAt: journey?.startedAt ?? null });
  session.show({ failure: reason });
  // The other device may have started a journey of its own.
  session.checkNow();
}
