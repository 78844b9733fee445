import type { NoteRead } from './accessLog';
import type { AlertChange, TrackingProblem } from './alert';
import { storeUnavailable } from './errors';
import { requireDeviceId, requireId } from './identifiers';
import type { Guests } from './guests';
import type { EndedJourney, Journey } from './journey';
import {
  alreadyStarted,
  arrivalRefused,
  notStartable,
  problemRateLimited,
  updateRateLimited,
} from './journeyErrors';
import { toLiveLocation, type LiveLocation, type SessionView } from './liveLocation';
import type { Fix } from './location';
import type { LocationUpdates } from './locationUpdates';
import type { Policy } from './policy';
import type { Finish, JourneyStore, Reporter, StartOutcome } from './ports';
import { requireNotRejected } from './rejection';
import { isStartable, type Session } from './session';
import { SessionAccess } from './sessionAccess';
import type { Sessions } from './sessions';
import { mayRead, seesWholeWay, requireTrainer, sessionNotFound, type Viewer } from './viewer';

export interface StartOptions {
  readonly clientRequestId?: string | null;
  readonly deviceId?: string | null;
}

/** What a phone reports of itself. */
interface ProblemReport {
  /** null: all is well again. */
  readonly problem: TrackingProblem | null;
  readonly deviceId?: string | null;
}

/** How a trainer marks the arrival. */
interface ArrivalRequest {
  /** null: the newest stored fix proves it. */
  readonly fix: Fix | null;
  /** The phone's clock at sending. */
  readonly sentAt: number | null;
  readonly deviceId?: string | null;
}

export interface JourneyServiceOptions {
  readonly store: JourneyStore;
  readonly sessions: Sessions;
  readonly guests: Guests;
  readonly updates: LocationUpdates;
  readonly policy: Policy;
  readonly newJourneyId: () => string;
  /** Called after a change of a journey, so that its event is delivered at once instead of at the next sweep. */
  readonly onChange: (sessionId: string) => void;
  /** For the access log. */
  readonly onRead?: NoteRead;
  /** For metrics: the result of a poll. */
  readonly onPoll?: (result: LiveLocation) => void;
  /** For metrics: a start clears NO_SHOW. */
  readonly onAlert?: (change: AlertChange) => void;
}

/** A start takes this many attempts when an old journey must end first: end, start, and once more for a race. */
const MAX_START_ATTEMPTS = 4;
/** A refresh is attempted again when another one has read the booking later. */
const MAX_REFRESH_ATTEMPTS = 5;

/** What viewers may do with journeys. Every method throws a `JourneyError`; anything else is an internal error. */
export class JourneyService {
  private readonly store: JourneyStore;
  private readonly sessions: Sessions;
  private readonly policy: Policy;
  private readonly access: SessionAccess;

  constructor(private readonly options: JourneyServiceOptions) {
    ({ store: this.store, sessions: this.sessions, policy: this.policy } = options);
    this.access = new SessionAccess(this.sessions);
  }

  /** The poll. While a journey is active it takes one round trip to the live store and none to the database. */
  async liveLocation(
    viewer: Viewer,
    sessionId: string,
    trailAfter: number | null = null,
  ): Promise<LiveLocation> {
    requireId('sessionId', sessionId);
    if (viewer.role === 'GUEST') {
      return this.describe(
        viewer,
        sessionId,
        (await this.options.guests.read(viewer, sessionId, trailAfter)).view,
      );
    }
    const view = await this.sessions.view(sessionId, trailAfter);
    return view?.kind === 'ACTIVE' && mayRead(viewer, view.journey)
      ? this.describe(viewer, sessionId, view)
      : this.describe(viewer, sessionId, await this.access.readable(viewer, sessionId, view));
  }

  /** Who the viewer is. A guest is its share, which is read: an ended one is refused. */
  async identify(viewer: Viewer): Promise<Pick<Viewer, 'role'> & { readonly id: string }> {
    if (viewer.role !== 'GUEST') return viewer;
    const { share } = await this.options.guests.read(viewer, viewer.sessionId);
    return { id: share.id, role: viewer.role };
  }

  private describe(viewer: Viewer, sessionId: string, view: SessionView): LiveLocation {
    const live = toLiveLocation({ sessionId, view, seesWholeWay: seesWholeWay(viewer) }, this.policy);
    this.options.onPoll?.(live);
    this.options.onRead?.(viewer, sessionId);
    return live;
  }

  async start(
    viewer: Viewer,
    sessionId: string,
    { clientRequestId = null, deviceId = null }: StartOptions = {},
  ): Promise<Journey> {
    requireId('sessionId', sessionId);
    if (clientRequestId !== null) requireId('clientRequestId', clientRequestId);
    requireDeviceId(deviceId);
    const journeyId = this.options.newJourneyId();
    for (let attempts = 0; attempts < MAX_START_ATTEMPTS; attempts += 1) {
      const { session, lastJourney, readAt } = await this.bookingOf(viewer, sessionId);
      const startable = isStartable(session.status) && lastJourney?.state !== 'ARRIVED';
      // Before the start: an index entry without a journey is harmless, a journey without one could not be found.
      if (startable) await this.store.index([session.trainerId, session.studentId], sessionId);
      const outcome = await this.store.start({
        journeyId,
        clientRequestId,
        deviceId,
        session,
        readAt,
        startable,
      });
      const journey = await this.resolveStart(viewer, outcome, session);
      if (journey) return journey;
    }
    throw new Error('Each attempt to start found another journey that had to end first');
  }

  /** The booking as the database has it now, for its trainer. */
  private async bookingOf(viewer: Viewer, sessionId: string) {
    const { record, readAt } = await this.sessions.readThrough(sessionId);
    if (!record) throw sessionNotFound(sessionId);
    requireTrainer(viewer, sessionId, record.session);
    return { ...record, readAt };
  }

  /** The journey; null when an older one was ended first, and the start must be attempted again. */
  private async resolveStart(
    viewer: Viewer,
    outcome: StartOutcome,
    session: Session,
  ): Promise<Journey | null> {
    switch (outcome.kind) {
      case 'STARTED':
        this.options.onChange(session.id);
        if (outcome.clearedNoShow)
          this.options.onAlert?.({ sessionId: session.id, alert: 'NO_SHOW', status: 'CLEARED' });
        return outcome.journey;
      case 'REPEATED':
        return outcome.journey;
      case 'ALREADY_STARTED':
        throw alreadyStarted(outcome.journey);
      case 'OVERDUE':
        await this.store.expire({ sessionId: session.id, trainerId: outcome.journey.trainerId });
        this.options.onChange(session.id);
        return null;
      case 'NOT_OWNER': {
        // If the booking was given to another trainer since it was read, that journey is the new trainer's, and stays.
        const { session: booked, readAt } = await this.bookingOf(viewer, session.id);
        await this.bringUpToDate(session.id, { session: booked, readAt });
        return null;
      }
      case 'OUTDATED':
        return null;
      case 'NOT_STARTABLE':
        throw notStartable(session);
    }
  }

  async markArrived(
    viewer: Viewer,
    sessionId: string,
    { fix, sentAt, deviceId = null }: ArrivalRequest,
  ): Promise<EndedJourney> {
    requireId('sessionId', sessionId);
    requireDeviceId(deviceId);
    await this.access.requireTrainerRole(viewer, sessionId);
    const reporter = { sessionId, trainerId: viewer.id, deviceId };
    if (!fix) return this.finish(viewer, reporter, 'ARRIVED');
    // An update first, but without the rate limit: a trainer who has arrived must not wait for the next interval.
    const outcome = await this.options.updates.apply({ ...reporter, points: [fix], sentAt });
    if (outcome.kind === 'ENDED' && outcome.journey.state === 'ARRIVED') return outcome.journey;
    if (outcome.kind === 'LIMITED') throw updateRateLimited(outcome.retryAfterMs, this.policy);
    if (outcome.kind !== 'APPLIED') return this.access.refuse(viewer, sessionId, outcome);
    const verdict = outcome.verdicts[0]!;
    requireNotRejected(verdict, this.policy);
    // Any other fix proves nothing: the arrival is judged as if none had been sent.
    const isProof =
      verdict.status === 'ACCEPTED' || (verdict.status === 'DUPLICATE' && verdict.isStored === true);
    return this.finish(viewer, reporter, isProof ? 'ARRIVED_WITH_FIX' : 'ARRIVED');
  }

  async stop(viewer: Viewer, sessionId: string): Promise<EndedJourney> {
    requireId('sessionId', sessionId);
    await this.access.requireTrainerRole(viewer, sessionId);
    return this.finish(viewer, { sessionId, trainerId: viewer.id }, 'STOPPED');
  }

  /** From now on this device of the trainer reports on the journey. */
  async takeOver(viewer: Viewer, sessionId: string, deviceId: string): Promise<Journey> {
    requireId('sessionId', sessionId);
    requireDeviceId(deviceId);
    await this.access.requireTrainerRole(viewer, sessionId);
    const outcome = await this.store.takeOver({ sessionId, trainerId: viewer.id, deviceId });
    return outcome.kind === 'REPORTS' ? outcome.journey : this.access.refuse(viewer, sessionId, outcome);
  }

  /** Why the trainer's phone sends nothing, as it reports itself. */
  async reportTrackingProblem(
    viewer: Viewer,
    sessionId: string,
    { problem, deviceId = null }: ProblemReport,
  ): Promise<Journey> {
    requireId('sessionId', sessionId);
    requireDeviceId(deviceId);
    await this.access.requireTrainerRole(viewer, sessionId);
    const outcome = await this.store.reportProblem({ sessionId, trainerId: viewer.id, deviceId }, problem);
    if (outcome.kind === 'REPORTED') return outcome.journey;
    if (outcome.kind !== 'LIMITED') return this.access.refuse(viewer, sessionId, outcome);
    throw problemRateLimited(outcome.retryAfterMs);
  }

  /** The booking changed: drops the cached session, and cancels a journey that has lost its booking or its trainer. */
  async refresh(viewer: Viewer, sessionId: string): Promise<Session> {
    requireId('sessionId', sessionId);
    await this.access.requireOperatorRole(viewer, sessionId);
    for (let attempts = 0; attempts < MAX_REFRESH_ATTEMPTS; attempts += 1) {
      const { record, readAt } = await this.sessions.readThrough(sessionId);
      const session = record?.session ?? null;
      if (!(await this.bringUpToDate(sessionId, { session, readAt }))) continue;
      if (!session) throw sessionNotFound(sessionId);
      this.options.onRead?.(viewer, sessionId);
      return session;
    }
    throw storeUnavailable('redis');
  }

  /** Whether the read of the booking could be applied; if not, the journey is up to date by one that began no earlier. */
  private async bringUpToDate(
    sessionId: string,
    { session, readAt }: { readonly session: Session | null; readonly readAt: number },
  ): Promise<boolean> {
    const booking = session?.status === 'CANCELLED' ? null : session;
    const outcome = await this.store.refresh(sessionId, booking, readAt);
    if (outcome.kind === 'ENDED') this.options.onChange(sessionId);
    return outcome.kind !== 'OUTDATED';
  }

  /** The session itself, for a viewer who may read it. */
  async session(viewer: Viewer, sessionId: string): Promise<Session> {
    requireId('sessionId', sessionId);
    const session = await this.access.session(viewer, sessionId);
    this.options.onRead?.(viewer, sessionId);
    return session;
  }

  /** The session's newest journey; null when none is known any more. */
  async lastJourney(viewer: Viewer, sessionId: string): Promise<Journey | null> {
    requireId('sessionId', sessionId);
    const view = await this.access.readable(viewer, sessionId, await this.sessions.view(sessionId));
    return view.kind === 'ACTIVE' ? view.journey : view.last;
  }

  private async finish(viewer: Viewer, reporter: Reporter, as: Finish): Promise<EndedJourney> {
    const { sessionId } = reporter;
    const outcome = await this.store.finish(reporter, as);
    switch (outcome.kind) {
      case 'FINISHED':
        this.options.onChange(sessionId);
        return outcome.journey;
      case 'LOCATION_UNKNOWN':
      case 'TOO_FAR':
      case 'UNCONFIRMED':
        throw arrivalRefused(outcome, this.policy);
      default:
        return this.access.refuse(viewer, sessionId, outcome);
    }
  }
}
