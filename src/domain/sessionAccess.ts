import { JourneyError, storeUnavailable } from './errors';
import { journeyEnded, journeyNotActive, otherDeviceReports } from './journeyErrors';
import type { InactiveSession, SessionView } from './liveLocation';
import type { Refusal } from './ports';
import type { Session } from './session';
import type { Sessions } from './sessions';
import {
  mayRead,
  requireOperator,
  requireTrainer,
  sessionNotFound,
  takesPart,
  type Participants,
  type Viewer,
} from './viewer';

/** Who may do what with one session. Which roles may call an operation at all is declared where the API declares it. */
export class SessionAccess {
  constructor(private readonly sessions: Sessions) {}

  /**
   * Lets trainers pass, because the atomic step itself finds out whose session it is. A student gets FORBIDDEN for its
   * own session only. Nothing to wait for when it is a trainer: each update asks this.
   */
  requireTrainerRole(viewer: Viewer, sessionId: string): Promise<void> | undefined {
    if (viewer.role === 'TRAINER') return undefined;
    return this.participants(viewer, sessionId).then((participants) =>
      requireTrainer(viewer, sessionId, participants),
    );
  }

  /** Throws the error that says why this trainer has no active journey here. */
  async refuse(viewer: Viewer, sessionId: string, refusal: Refusal): Promise<never> {
    if (refusal.kind === 'OTHER_DEVICE') throw otherDeviceReports(sessionId, refusal);
    if (refusal.kind === 'ENDED') throw journeyEnded(sessionId, refusal);
    // The trainer of an active journey may have lost the session to the viewer.
    const isOthers = refusal.kind === 'NOT_OWNER' && !mayRead(viewer, refusal.participants);
    const known = isOthers ? null : refusal.participants;
    requireTrainer(viewer, sessionId, known ?? (await this.participants(viewer, sessionId)));
    throw journeyNotActive(sessionId);
  }

  async requireOperatorRole(viewer: Viewer, sessionId: string): Promise<void> {
    if (viewer.role === 'TRAINER' || viewer.role === 'STUDENT') {
      await this.participants(viewer, sessionId);
    }
    requireOperator(viewer);
  }

  /** Of the session as the viewer may read it; those of a former journey have no part in it any more. */
  async participants(viewer: Viewer, sessionId: string): Promise<Participants> {
    const view = await this.actable(viewer, sessionId, await this.sessions.view(sessionId));
    if (view.kind === 'INACTIVE' && view.isFormer) throw sessionNotFound(sessionId);
    return view.kind === 'ACTIVE' ? view.journey : (view.session ?? view.last!);
  }

  /**
   * What the viewer may read of a view. The record of a journey says who may read that journey, while it is active and
   * after it has ended; the session says it of everything else. So whoever has got the session since sees none of the
   * former participants' journey, and these see how it ended.
   */
  readable(viewer: Viewer, sessionId: string, view: SessionView | null): SessionView | Promise<SessionView> {
    if (!view) throw sessionNotFound(sessionId);
    if (view.kind === 'INACTIVE') return readableInactive(viewer, sessionId, view);
    if (mayRead(viewer, view.journey)) return view;
    return this.sessions
      .duringOthersJourney(sessionId, view.journey)
      .then((booked) => readableInactive(viewer, sessionId, booked));
  }

  /** What the viewer may read of a view, for an act. A participant in the wrong role gets FORBIDDEN. */
  actable(viewer: Viewer, sessionId: string, view: SessionView | null): SessionView | Promise<SessionView> {
    const participants = view?.kind === 'ACTIVE' ? view.journey : (view?.session ?? view?.last);
    if (participants && takesPart(viewer, participants) && !mayRead(viewer, participants)) {
      throw new JourneyError(
        'FORBIDDEN',
        `You take part in session ${sessionId}, but not as ${viewer.role}: use a token of your other role.`,
        {},
      );
    }
    return this.readable(viewer, sessionId, view);
  }

  /**
   * The session, for a viewer who may read it. Until a journey whose booking has changed ends, its participants read the
   * session as it was when they set out, and its new ones as it is booked now.
   */
  async session(viewer: Viewer, sessionId: string): Promise<Session> {
    const session = await this.sessions.find(sessionId);
    if (session && mayRead(viewer, session)) return session;
    const view = await this.sessions.view(sessionId);
    if (view?.kind !== 'ACTIVE') throw sessionNotFound(sessionId);
    const { journey, home } = view;
    if (session && mayRead(viewer, journey)) {
      return { ...session, trainerId: journey.trainerId, studentId: journey.studentId, home };
    }
    const booked = await this.readable(viewer, sessionId, view);
    if (booked.kind === 'INACTIVE' && booked.session) return booked.session;
    throw sessionNotFound(sessionId);
  }
}

/**
 * While the database is unavailable, the participants of an ended journey learn how it ended. Nobody else learns
 * to whom the session belongs now, and an outage is never "not found".
 */
function readableInactive(viewer: Viewer, sessionId: string, view: InactiveSession): InactiveSession {
  const { session, isDatabaseUnavailable, last } = view;
  const ownsLast = last !== null && mayRead(viewer, last);
  if (session && mayRead(viewer, session)) return last && !ownsLast ? { ...view, last: null } : view;
  if (ownsLast) return session ? { ...view, session: null, isFormer: true } : view;
  throw isDatabaseUnavailable ? storeUnavailable('database') : sessionNotFound(sessionId);
}
