import type { AbortSignalLike } from '../connection/abort.js';
import { failure, failureOf, kindOf, type JourneyFailure } from '../connection/failure.js';
import type { JourneyFieldsFragment, LiveLocationFieldsFragment } from '../generated/operations.js';
import type { DrivenSession } from './DrivenSession.js';
import { randomId } from './TrackerStore.js';
import { outcomeOf, refusesStart, sendingAfter, tracked, type ActionResult } from './trackerState.js';
import { onEnded } from './verdicts.js';

// How a session comes to be driven by this device: by the record of an earlier run of the app, or by a start.

/** Goes on where an earlier run of the app left off. */
export function restore(session: DrivenSession, run: AbortSignalLike): void {
  session.restored = restoreOnce(session, run);
}

/** Nothing of ours: but the journey may have begun on another device, or the answer to its start was lost. */
export function find(session: DrivenSession, run: AbortSignalLike): void {
  session.restored = findOnce(session, run);
}

export function start(session: DrivenSession): Promise<ActionResult> {
  session.starting ??= startOnce(session).finally(() => (session.starting = null));
  return session.starting;
}

async function restoreOnce(session: DrivenSession, run: AbortSignalLike): Promise<void> {
  const { store, requests, options } = session;
  const record = await store.load();
  requests.deviceId ??= options.deviceId ?? (await store.deviceId());
  if (run.aborted) return;
  session.record = record;
  if (record.journey) session.goOn(record.journey);
  else await findOnce(session, run);
}

async function findOnce(session: DrivenSession, run: AbortSignalLike): Promise<void> {
  const isOver = (): boolean => run.aborted || session.record.journey !== null;
  session.cancelCheck();
  try {
    const live = await session.requests.liveLocation();
    if (isOver()) return;
    if (live.isActive) await claim(session, run, live);
    else if (live.state === 'ARRIVED') onEnded(session, live);
    else session.show({ phase: 'READY', sending: 'ONLINE', failure: null });
  } catch (error) {
    if (isOver()) return;
    // Not known is not "none": the trainer may start, and an active journey then answers for itself.
    const reason = failureOf(error);
    const kind = kindOf(reason);
    session.show({ phase: 'READY', failure: reason, sending: sendingAfter(reason) });
    if (kind !== 'GONE' && kind !== 'REFUSED') session.scheduleCheck();
  }
}

/** Asked again as the same request, a start whose answer was lost says whether the active journey is its own. */
async function claim(
  session: DrivenSession,
  run: AbortSignalLike,
  live: LiveLocationFieldsFragment,
): Promise<void> {
  const { clientRequestId } = session.record;
  if (!clientRequestId) return session.showOther(live);
  try {
    const started = await session.requests.start(clientRequestId);
    if (!run.aborted) onStarted(session, started);
  } catch (error) {
    if (failureOf(error).code !== 'JOURNEY_ALREADY_STARTED') throw error;
    if (!run.aborted) session.showOther(live);
  }
}

async function startOnce(session: DrivenSession): Promise<ActionResult> {
  await session.restored;
  const { run } = session;
  if (!run) return { ok: false, failure: failure('CLOSED', 'The tracker is closed.') };
  const { phase, journey } = session.getState();
  if (journey && phase !== 'ENDED') return { ok: true, journey };
  session.cancelCheck();
  const clientRequestId = session.record.clientRequestId ?? randomId('start');
  session.show({ phase: 'STARTING', journey: null, outcome: null, failure: null });
  // Stored before it is sent: whatever happens after, the next try is the same request.
  await session.persist({ clientRequestId });
  try {
    const started = await session.requests.start(clientRequestId);
    if (!run.signal.aborted) onStarted(session, started);
    return { ok: true, journey: tracked(started) };
  } catch (error) {
    const reason = failureOf(error);
    return run.signal.aborted ? { ok: false, failure: reason } : onNotStarted(session, reason);
  }
}

function onStarted(session: DrivenSession, started: JourneyFieldsFragment): void {
  if (started.state === 'EN_ROUTE') session.begin(started);
  else session.end(outcomeOf(started.state), tracked(started));
}

function onNotStarted(session: DrivenSession, reason: JourneyFailure): ActionResult {
  const { journeyId, startedAt } = reason.extensions;
  if (reason.code === 'JOURNEY_ALREADY_STARTED' && journeyId && startedAt) {
    session.showOther({ journeyId, startedAt });
    return { ok: true, journey: { id: journeyId, startedAt, expiresAt: null } };
  }
  if (refusesStart(reason)) void session.persist({ clientRequestId: null });
  session.show({ phase: 'READY', failure: reason, sending: sendingAfter(reason) });
  return { ok: false, failure: reason };
}
