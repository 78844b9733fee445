import type { AbortSignalLike } from '../connection/abort.js';
import { failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import { checkIntervalMs, type DrivenSession } from './DrivenSession.js';
import type { Fix } from './position.js';
import { notActive, outcomeOf, type ActionResult } from './trackerState.js';
import { onChecked, onRefused } from './verdicts.js';

// How a journey ends: by the trainer's arrival or stop, or by its deadline.

/** A fix this fresh is sent as taken now, by the service's clock: a wrong phone clock then does no harm. */
const freshFixMs = 5000;
/** With a fresh fix at hand, a newer one is waited for this long: a longer wait would make it an old one. */
const newerFixTimeoutMs = 1000;

/** With a fresh fix when the source can give one, else by what the service has. */
export async function arrive(session: DrivenSession): Promise<ActionResult> {
  await session.restored;
  const { run } = session;
  const { journey, phase } = session.getState();
  if (!run || !journey || phase !== 'EN_ROUTE') return notActive();
  session.show({ phase: 'ARRIVING' });
  session.sender.hold();
  const fix = await freshFix(session);
  try {
    const { state } = await session.requests.arrive(fix);
    if (!run.signal.aborted) session.end(outcomeOf(state), journey);
    await session.store.flush();
    return { ok: true, journey };
  } catch (error) {
    const reason = failureOf(error);
    if (!run.signal.aborted && session.getState().phase === 'ARRIVING') onNotArrived(session, reason);
    return { ok: false, failure: reason };
  }
}

export async function stop(session: DrivenSession): Promise<ActionResult> {
  await session.restored;
  await session.starting;
  const { journey, phase } = session.getState();
  if (!journey || !session.run || phase === 'ENDED') return notActive();
  session.endSharing();
  session.sender.clear();
  session.show({ phase: 'STOPPING' });
  const stored = session.persist({ journey, stopRequested: true });
  const reason = await sendStop(session, session.run.signal);
  await stored;
  await session.store.flush();
  return reason ? { ok: false, failure: reason } : { ok: true, journey };
}

export async function sendStop(session: DrivenSession, run: AbortSignalLike): Promise<JourneyFailure | null> {
  const { journey } = session.record;
  if (!journey) return null;
  try {
    const stopped = await session.stopRequest.send(() => !run.aborted && session.record.journey !== null);
    if (stopped && !run.aborted) session.end(outcomeOf(stopped.state), journey);
    return null;
  } catch (error) {
    const reason = failureOf(error);
    if (run.aborted || !session.record.journey) return reason;
    onRefused(session, reason);
    const { phase, sending } = session.getState();
    if (phase === 'STOPPING' && sending !== 'REFUSED')
      session.stopRequest.sendLater(reason, () => void sendStop(session, run));
    return reason;
  }
}

/** The service is asked once, but its silence changes nothing: the position is not watched any longer. */
export async function onDeadline(session: DrivenSession): Promise<void> {
  const { run, record } = session;
  const { journey } = record;
  if (!run || !journey) return;
  const isOver = (): boolean => run.signal.aborted || session.record.journey?.id !== journey.id;
  try {
    const live = await session.requests.liveLocation(true);
    if (isOver()) return;
    if (!live.isActive || live.journeyId !== journey.id) return onChecked(session, live);
    // The phone's clock was set forward: only the service knows when it ends.
    session.scheduleDeadline(checkIntervalMs);
  } catch {
    if (!isOver()) session.end('EXPIRED', journey);
  }
}

function onNotArrived(session: DrivenSession, reason: JourneyFailure): void {
  const { distanceMeters, canMarkArrived } = session.getState();
  const isRefused = kindOf(reason) === 'REFUSED';
  session.show({
    phase: 'EN_ROUTE',
    distanceMeters: reason.extensions.distanceMeters ?? distanceMeters,
    // What an update before it said about the door is overruled, until the next one.
    canMarkArrived: canMarkArrived && !isRefused,
    failure: reason,
  });
  // Too far, or no fix: the journey goes on, and so do its fixes.
  if (!isRefused || reason.code === 'OTHER_DEVICE_REPORTS') onRefused(session, reason);
  if (session.isSharing()) session.sender.release();
}

async function freshFix({ watch, sender, clock, getState }: DrivenSession): Promise<Fix | null> {
  const ifFresh = (fix: Fix | null): Fix | null =>
    fix && Math.abs(clock.now() - fix.capturedAtMs) <= freshFixMs ? fix : null;
  const atHand = ifFresh(getState().lastFix);
  const given = await watch.currentFix(atHand ? newerFixTimeoutMs : undefined);
  // Some platforms give a fix that they took long ago, although the watch has had a newer one.
  return ifFresh(given && sender.correctedFix(given)) ?? ifFresh(getState().lastFix) ?? atHand;
}
