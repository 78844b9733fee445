import { failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import type { DrivenSession } from './DrivenSession.js';
import { find } from './journeyStart.js';
import { notActive, outcomeOf, tracked, type ActionResult } from './trackerState.js';
import { onEnded } from './verdicts.js';

// A journey that another device reports is shown, and taken over when its trainer says so.

/** From now on this device reports the journey that another one reported. */
export async function takeOver(session: DrivenSession): Promise<ActionResult> {
  await session.restored;
  const { run } = session;
  const { journey, sending } = session.getState();
  if (!run || !journey || sending !== 'TAKEN_OVER') return notActive();
  try {
    const answer = await session.requests.takeOver();
    const taken = answer ? tracked(answer) : journey;
    if (!run.signal.aborted) session.begin(taken);
    return { ok: true, journey: taken };
  } catch (error) {
    const reason = failureOf(error);
    if (!run.signal.aborted) onCheckFailed(session, reason);
    return { ok: false, failure: reason };
  }
}

/** What is not known, or reported by another device, is asked about. */
export async function check(session: DrivenSession): Promise<void> {
  const { phase, sending } = session.getState();
  session.cancelCheck();
  if (!session.run) return;
  const run = session.run.signal;
  if (phase === 'READY') return find(session, run);
  const isOther = (): boolean => !run.aborted && session.getState().sending === 'TAKEN_OVER';
  if (sending !== 'TAKEN_OVER') return;
  try {
    const live = await session.requests.liveLocation();
    if (!isOther()) return;
    if (live.isActive) session.showOther(live);
    else onEnded(session, live);
  } catch (error) {
    if (isOther()) onCheckFailed(session, failureOf(error));
  }
}

function onCheckFailed(session: DrivenSession, reason: JourneyFailure): void {
  if (kindOf(reason) === 'GONE')
    return session.end(outcomeOf(reason.extensions.state), session.getState().journey, reason);
  session.show({ failure: reason });
  session.scheduleCheck();
}
