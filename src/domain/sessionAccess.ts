import { storeUnavailable } from './errors';
import type { SessionView } from './liveLocation';
import type { Sessions } from './sessions';
import {
  mayRead,
  requireOperator,
  requireReader,
  requireTrainer,
  sessionNotFound,
  type Participants,
  type Viewer,
} from './viewer';

/** Who may do what with one session. Which roles may call an operation at all is declared where the API declares it. */
export class SessionAccess {
  constructor(private readonly sessions: Sessions) {}

  /**
   * Lets trainers pass, because the atomic step itself finds out whose session it is. A student gets FORBIDDEN for its
   * own session only.
   */
  async requireTrainerRole(viewer: Viewer, sessionId: string): Promise<void> {
    if (viewer.role === 'TRAINER') return;
    requireTrainer(viewer, sessionId, await this.participants(viewer, sessionId));
  }

  async requireOperatorRole(viewer: Viewer, sessionId: string): Promise<void> {
    if (viewer.role === 'TRAINER' || viewer.role === 'STUDENT') {
      requireReader(viewer, sessionId, await this.participants(viewer, sessionId));
    }
    requireOperator(viewer);
  }

  async participants(viewer: Viewer, sessionId: string): Promise<Participants> {
    return participantsOf(known(viewer, sessionId, await this.sessions.view(sessionId)));
  }
}

/** The view, for a viewer who may read it. */
export function requireReadable(viewer: Viewer, sessionId: string, view: SessionView | null): SessionView {
  const found = known(viewer, sessionId, view);
  requireReader(viewer, sessionId, participantsOf(found));
  return found;
}

/** A session that only its ended journey tells of belongs to the participants of that journey. */
const participantsOf = (view: SessionView): Participants =>
  view.kind === 'ACTIVE' ? view.journey : (view.session ?? view.last!);

/**
 * While the database is away, an ended journey tells its own participants how it ended. It does not tell anyone else
 * to whom the session belongs now, and an outage is never "not found".
 */
function known(viewer: Viewer, sessionId: string, view: SessionView | null): SessionView {
  if (!view) throw sessionNotFound(sessionId);
  if (view.kind === 'INACTIVE' && view.databaseAway && !mayRead(viewer, participantsOf(view))) {
    throw storeUnavailable('database');
  }
  return view;
}
