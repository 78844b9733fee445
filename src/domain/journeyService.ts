import { JourneyError, storeUnavailable, type PointRejection } from './errors';
import { distanceMeters } from './geo';
import { requireId } from './identifiers';
import type { EndedJourney, Journey } from './journey';
import { describe, type LiveLocation, type SessionView } from './liveLocation';
import type { Fix, PointVerdict } from './location';
import { nextUpdateMs } from './pace';
import type { Policy } from './policy';
import type { Finish, JourneyStore, Refusal, SessionRecord, StartOutcome, UpdateOutcome } from './ports';
import { isStartable, type Session } from './session';
import type { Sessions } from './sessions';
import {
  mayRead,
  requireActor,
  requireOperator,
  requireReader,
  requireTrainer,
  sessionNotFound,
  type Participants,
  type Viewer,
} from './viewer';

/** What a trainer's phone hears of an update. */
export interface UpdateReport {
  readonly sessionId: string;
  readonly version: number;
  readonly verdicts: readonly PointVerdict[];
  readonly nextUpdateMs: number;
  /** From the newest stored fix to home; null when none was ever accepted. */
  readonly distanceMeters: number | null;
  readonly canMarkArrived: boolean;
}

export interface JourneyServiceOptions {
  readonly store: JourneyStore;
  readonly sessions: Sessions;
  readonly policy: Policy;
  readonly newJourneyId: () => string;
  /** Called after a journey began or ended, so that its event goes out at once instead of at the next sweep. */
  readonly onChange: (sessionId: string) => void;
  /** For metrics: what a poll was told. */
  readonly onPoll?: (told: LiveLocation) => void;
}

/** A start takes this many steps when an old journey must end first: end, start, and once more for a race. */
const START_TRIES = 4;

type AppliedUpdate = Extract<UpdateOutcome, { kind: 'APPLIED' }>;

/** What viewers may do with journeys. Every method throws `JourneyError`s alone, unless the fault is ours. */
export class JourneyService {
  private readonly store: JourneyStore;
  private readonly sessions: Sessions;
  private readonly policy: Policy;

  constructor(private readonly options: JourneyServiceOptions) {
    ({ store: this.store, sessions: this.sessions, policy: this.policy } = options);
  }

  /** The poll. While a journey is under way: one round trip to the live store, none to the database. */
  async liveLocation(viewer: Viewer, sessionId: string): Promise<LiveLocation> {
    requireId('sessionId', sessionId);
    const view = readable(viewer, sessionId, await this.sessions.view(sessionId));
    const live = describe(sessionId, view, this.policy);
    this.options.onPoll?.(live);
    return live;
  }

  async start(viewer: Viewer, sessionId: string, clientRequestId: string | null): Promise<Journey> {
    requireId('sessionId', sessionId);
    if (clientRequestId !== null) requireId('clientRequestId', clientRequestId);
    requireActor(viewer);
    const { session, lastJourney } = await this.bookingOf(viewer, sessionId);
    const startable = isStartable(session.status) && lastJourney?.state !== 'ARRIVED';
    // Before the start: a note without a journey is harmless, a journey without its note could not be found.
    if (startable) await this.store.index([session.trainerId, session.studentId], sessionId);
    const journeyId = this.options.newJourneyId();
    for (let tries = 0; tries < START_TRIES; tries += 1) {
      const outcome = await this.store.start({ journeyId, clientRequestId, session, startable });
      // Was the booking given away since it was read? Then that journey is its new trainer's, and stays.
      if (outcome.kind === 'NOT_OWNER') await this.bookingOf(viewer, sessionId);
      const journey = await this.settleStart(outcome, session);
      if (journey) return journey;
    }
    throw new Error('A start found another journey to end each time');
  }

  /** The booking as it is this moment, for its trainer. */
  private async bookingOf(viewer: Viewer, sessionId: string): Promise<SessionRecord> {
    const record = await this.sessions.readThrough(sessionId);
    if (!record) throw sessionNotFound(sessionId);
    requireTrainer(viewer, sessionId, record.session);
    return record;
  }

  /** The journey; null when an older one was ended first and the start is to be tried again. */
  private async settleStart(outcome: StartOutcome, session: Session): Promise<Journey | null> {
    switch (outcome.kind) {
      case 'STARTED':
        this.options.onChange(session.id);
        return outcome.journey;
      case 'REPEATED':
        return outcome.journey;
      case 'ALREADY_STARTED':
        throw new JourneyError(
          'JOURNEY_ALREADY_STARTED',
          `A journey of session ${session.id} is under way already. Go on with it, or stop it before you start another.`,
          { journeyId: outcome.journey.id, startedAt: iso(outcome.journey.startedAt) },
        );
      case 'OVERDUE':
        await this.store.expire({ sessionId: session.id, trainerId: outcome.journey.trainerId });
        this.options.onChange(session.id);
        return null;
      case 'NOT_OWNER':
        await this.store.cancel(session.id, session.trainerId);
        this.options.onChange(session.id);
        return null;
      case 'NOT_STARTABLE': {
        const reason = isStartable(session.status)
          ? 'its trainer has already arrived, and an arrival is final'
          : `its status is ${session.status}; only a SCHEDULED or CONFIRMED session can start`;
        throw new JourneyError('SESSION_NOT_STARTABLE', `Session ${session.id} can't start: ${reason}.`, {
          sessionStatus: session.status,
        });
      }
    }
  }

  /** One fix; any rejection of it is an error. */
  async updateLocation(viewer: Viewer, sessionId: string, fix: Fix): Promise<UpdateReport> {
    const applied = await this.take(viewer, sessionId, [fix], null);
    refuseRejected(applied.verdicts[0]!, this.policy);
    return this.report(sessionId, applied);
  }

  /** A buffer of fixes, in any order; each has its own verdict. */
  async updateLocations(
    viewer: Viewer,
    sessionId: string,
    fixes: readonly Fix[],
    sentAt: number | null,
  ): Promise<UpdateReport> {
    return this.report(sessionId, await this.take(viewer, sessionId, fixes, sentAt));
  }

  async markArrived(viewer: Viewer, sessionId: string, fix: Fix | null): Promise<EndedJourney> {
    requireId('sessionId', sessionId);
    await this.requireTrainerRole(viewer, sessionId);
    if (fix) {
      // An update first, but for the rate: who arrives must not wait for the next tick.
      const outcome = await this.store.update({
        sessionId,
        trainerId: viewer.id,
        points: [fix],
        sentAt: null,
      });
      if (outcome.kind === 'ENDED' && outcome.journey.state === 'ARRIVED') return outcome.journey;
      if (outcome.kind !== 'APPLIED') return this.refuse(viewer, sessionId, outcome);
      refuseRejected(outcome.verdicts[0]!, this.policy);
    }
    return this.finish(viewer, sessionId, fix ? 'ARRIVED_WITH_FIX' : 'ARRIVED');
  }

  async stop(viewer: Viewer, sessionId: string): Promise<EndedJourney> {
    requireId('sessionId', sessionId);
    await this.requireTrainerRole(viewer, sessionId);
    return this.finish(viewer, sessionId, 'STOPPED');
  }

  /** The booking changed: forgets the cached session, and cancels a journey that has lost its booking or its trainer. */
  async refresh(viewer: Viewer, sessionId: string): Promise<Session> {
    requireId('sessionId', sessionId);
    await this.requireOperatorRole(viewer, sessionId);
    const record = await this.sessions.readThrough(sessionId);
    const session = record?.session ?? null;
    await this.store.invalidateSession(sessionId);
    const keeps = session && session.status !== 'CANCELLED' ? session.trainerId : null;
    if (await this.store.cancel(sessionId, keeps)) this.options.onChange(sessionId);
    if (!session) throw sessionNotFound(sessionId);
    return session;
  }

  /** The session's own facts, for a viewer who may read it. */
  async session(viewer: Viewer, sessionId: string): Promise<Session> {
    requireId('sessionId', sessionId);
    const session = await this.sessions.find(sessionId);
    if (!session) throw sessionNotFound(sessionId);
    requireReader(viewer, sessionId, session);
    return session;
  }

  /** The session's newest journey; null when none is remembered. */
  async lastJourney(viewer: Viewer, sessionId: string): Promise<Journey | null> {
    requireId('sessionId', sessionId);
    const view = readable(viewer, sessionId, await this.sessions.view(sessionId));
    return view.kind === 'ACTIVE' ? view.journey : view.last;
  }

  private async take(
    viewer: Viewer,
    sessionId: string,
    points: readonly Fix[],
    sentAt: number | null,
  ): Promise<AppliedUpdate> {
    requireId('sessionId', sessionId);
    await this.requireTrainerRole(viewer, sessionId);
    // With the limiter's key out of reach the update goes on: it protects the service, not the truth.
    const rate = await this.store.takeRate(viewer.id).catch((error: unknown) => {
      if (JourneyError.is(error, 'STORE_UNAVAILABLE')) return null;
      throw error;
    });
    if (rate?.kind === 'LIMITED') {
      // Whose session it is and whether it is under way come before the rate.
      const refusal = await this.store.refusal(sessionId, viewer.id);
      if (refusal) return this.refuse(viewer, sessionId, refusal);
      throw new JourneyError(
        'RATE_LIMITED',
        `One update in ${this.policy.updateIntervalMs} ms over all your sessions; try again in ${rate.retryAfterMs} ms.`,
        { retryAfterMs: rate.retryAfterMs },
      );
    }
    const outcome = await this.store.update({ sessionId, trainerId: viewer.id, points, sentAt });
    if (outcome.kind === 'APPLIED') return outcome;
    // Not waited for: at worst this trainer's next update is 5 s late.
    void rate?.refund().catch(() => undefined);
    return this.refuse(viewer, sessionId, outcome);
  }

  private async finish(viewer: Viewer, sessionId: string, as: Finish): Promise<EndedJourney> {
    const outcome = await this.store.finish(sessionId, viewer.id, as);
    switch (outcome.kind) {
      case 'FINISHED':
        this.options.onChange(sessionId);
        return outcome.journey;
      case 'LOCATION_UNKNOWN':
        throw new JourneyError(
          'LOCATION_UNKNOWN',
          `No fix of the last ${this.policy.signalDelayedMs / 1000} s is stored: send markArrived with the location argument.`,
          {},
        );
      case 'TOO_FAR': {
        const limitMeters = this.policy.arrivalRadiusMeters;
        // "150 m away, at most 150 m allowed" would read as a mistake.
        const rounded = Math.round(outcome.distanceMeters);
        const distance = rounded > limitMeters ? rounded : Math.ceil(outcome.distanceMeters);
        throw new JourneyError(
          'ARRIVAL_TOO_FAR',
          `You are ${distance} m from the student's home; arrive within ${limitMeters} m of it.`,
          { distanceMeters: distance, limitMeters },
        );
      }
      default:
        return this.refuse(viewer, sessionId, outcome);
    }
  }

  /** Turns "no journey of yours under way here" into the error that its viewer may hear. */
  private async refuse(viewer: Viewer, sessionId: string, refusal: Refusal): Promise<never> {
    if (refusal.kind === 'ENDED') {
      const { state, endedAt } = refusal.journey;
      throw new JourneyError(
        'JOURNEY_ENDED',
        `The journey of session ${sessionId} ended as ${state}. Stop sending; a new one begins with startJourney.`,
        { state, endedAt: iso(endedAt) },
      );
    }
    const participants = refusal.participants ?? (await this.ownersFor(viewer, sessionId));
    requireTrainer(viewer, sessionId, participants);
    throw new JourneyError(
      'JOURNEY_NOT_ACTIVE',
      `No journey of session ${sessionId} is under way. Begin one with startJourney.`,
      {},
    );
  }

  /** Trainers pass; whose session it is the step itself finds. Students hear FORBIDDEN for their own session alone. */
  private async requireTrainerRole(viewer: Viewer, sessionId: string): Promise<void> {
    requireActor(viewer);
    if (viewer.role === 'TRAINER') return;
    requireTrainer(viewer, sessionId, await this.ownersFor(viewer, sessionId));
  }

  private async requireOperatorRole(viewer: Viewer, sessionId: string): Promise<void> {
    if (viewer.role === 'TRAINER' || viewer.role === 'STUDENT') {
      requireReader(viewer, sessionId, await this.ownersFor(viewer, sessionId));
    }
    requireOperator(viewer);
  }

  private async ownersFor(viewer: Viewer, sessionId: string): Promise<Participants> {
    return ownersIn(existing(viewer, sessionId, await this.sessions.view(sessionId)));
  }

  private report(sessionId: string, { version, home, newest, verdicts }: AppliedUpdate): UpdateReport {
    const distance = newest && distanceMeters(newest, home);
    return {
      sessionId,
      version,
      verdicts,
      nextUpdateMs: nextUpdateMs(newest, this.policy),
      distanceMeters: distance && Math.round(distance),
      canMarkArrived: distance !== null && distance <= this.policy.arrivalRadiusMeters,
    };
  }
}

/** Whose a session is; of one that only an ended journey tells of, whose that was. */
const ownersIn = (view: SessionView): Participants =>
  view.kind === 'ACTIVE' ? view.journey : (view.session ?? view.last!);

/**
 * While the database is away an ended journey tells its own people what became of it. To anyone else it does not
 * tell whose the session is now: an outage is no "not found".
 */
function existing(viewer: Viewer, sessionId: string, view: SessionView | null): SessionView {
  if (!view) throw sessionNotFound(sessionId);
  if (view.kind === 'INACTIVE' && view.databaseAway && !mayRead(viewer, ownersIn(view))) {
    throw storeUnavailable('database');
  }
  return view;
}

/** The view, for a viewer who may read it. */
function readable(viewer: Viewer, sessionId: string, view: SessionView | null): SessionView {
  const found = existing(viewer, sessionId, view);
  requireReader(viewer, sessionId, ownersIn(found));
  return found;
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** What each rejection means and what to do about it; never with a coordinate. */
const rejectionTexts: Record<PointRejection, (verdict: { speedKmh?: number }, policy: Policy) => string> = {
  FROM_THE_FUTURE: () =>
    "capturedAt lies more than 5 s ahead of the server: send sentAt with updateLocations, or set the phone's clock.",
  TOO_OLD: () => 'The fix is older than 2 h. Drop it.',
  BEFORE_START: () => 'The fix was taken before the journey started. Drop it.',
  INACCURATE: (_, policy) =>
    `The fix is less accurate than ${policy.maxAccuracyMeters} m. Wait for a better one; the marker stays where it was.`,
  IMPLAUSIBLE_SPEED: ({ speedKmh }, policy) =>
    `The fix implies ${speedKmh} km/h since the one before; at most ${policy.maxSpeedKmh} km/h is plausible. Drop it and send the next.`,
};

function refuseRejected(verdict: PointVerdict, policy: Policy): void {
  if (verdict.status !== 'REJECTED') return;
  const { rejection, speedKmh } = verdict;
  throw new JourneyError('LOCATION_IMPLAUSIBLE', rejectionTexts[rejection](verdict, policy), {
    rejection,
    ...(rejection === 'IMPLAUSIBLE_SPEED' && { speedKmh, limitKmh: policy.maxSpeedKmh }),
    ...(rejection === 'INACCURATE' && { limitMeters: policy.maxAccuracyMeters }),
  });
}
