import { randomUUID } from 'node:crypto';

import type { NoteRead } from './accessLog';
import { JourneyError } from './errors';
import { requireId } from './identifiers';
import type { ShareStore } from './shareStore';
import { isStartable } from './session';
import { SessionAccess } from './sessionAccess';
import type { Sessions } from './sessions';
import { hashOfSecret, newShareSecret, shareTokenOf, type Share } from './share';
import { requireSharer, sessionNotFound, type Participants, type Viewer } from './viewer';

/** The most shares of one session at a time. */
export const MAX_SHARES = 10;
const MIN_LIFE_SECONDS = 60;
const MAX_LIFE_SECONDS = 86_400;

export interface NewShare {
  readonly share: Share;
  /** Not stored: it is known to its caller alone. */
  readonly token: string;
}

/** What the student of a session, its guardians and operators may do with its shares. */
export class Shares {
  private readonly access: SessionAccess;

  constructor(
    private readonly store: ShareStore,
    private readonly sessions: Sessions,
    /** For the access log. */
    private readonly onRead?: NoteRead,
  ) {
    this.access = new SessionAccess(sessions);
  }

  /** Of a session whose journey may start or is active. */
  async create(viewer: Viewer, sessionId: string, lifeSeconds: number): Promise<NewShare> {
    requireId('sessionId', sessionId);
    if (lifeSeconds < MIN_LIFE_SECONDS || lifeSeconds > MAX_LIFE_SECONDS) {
      throw new JourneyError(
        'BAD_USER_INPUT',
        `expiresInSeconds is ${MIN_LIFE_SECONDS} to ${MAX_LIFE_SECONDS}.`,
        { field: 'expiresInSeconds' },
      );
    }
    const { studentId } = await this.requireShareable(viewer, sessionId);
    const secret = newShareSecret();
    const outcome = await this.store.create({
      sessionId,
      secretHash: hashOfSecret(secret),
      id: randomUUID(),
      studentId,
      lifeMs: lifeSeconds * 1000,
      maxShares: MAX_SHARES,
    });
    if (outcome.kind === 'CREATED') {
      // Whoever has the token reads as a guest, and guests leave no line.
      this.onRead?.(viewer, sessionId);
      return { share: outcome.share, token: shareTokenOf(sessionId, secret) };
    }
    throw new JourneyError(
      'BAD_USER_INPUT',
      `A session has at most ${MAX_SHARES} shares at a time. Revoke one with revokeShare, or wait ${Math.ceil(outcome.retryAfterMs / 1000)} s until the first one ends.`,
      {},
    );
  }

  /** Revoking a share that has ended, or never existed, changes nothing. */
  async revoke(viewer: Viewer, sessionId: string, shareId: string): Promise<void> {
    requireId('sessionId', sessionId);
    requireId('shareId', shareId);
    requireSharer(viewer, sessionId, await this.access.participants(viewer, sessionId));
    await this.store.revoke(sessionId, shareId);
  }

  /** Those that have not ended, the oldest first, of a session that the viewer may read. */
  async list(viewer: Viewer, session: Participants & { readonly id: string }): Promise<readonly Share[]> {
    requireSharer(viewer, session.id, session);
    const shares = await this.store.list(session.id);
    return shares
      .filter(({ studentId }) => studentId === session.studentId)
      .sort((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
  }

  private async requireShareable(viewer: Viewer, sessionId: string): Promise<Participants> {
    const view = await this.access.actable(viewer, sessionId, await this.sessions.view(sessionId));
    if (view.kind === 'ACTIVE') {
      requireSharer(viewer, sessionId, view.journey);
      return view.journey;
    }
    if (view.isFormer) throw sessionNotFound(sessionId);
    const { session, last } = view;
    const participants = session ?? last!;
    requireSharer(viewer, sessionId, participants);
    if (session && (!isStartable(session.status) || last?.state === 'ARRIVED')) {
      const reason =
        last?.state === 'ARRIVED' ? 'its trainer has arrived' : `its status is ${session.status}`;
      throw new JourneyError(
        'SESSION_NOT_STARTABLE',
        `Session ${sessionId} can't be shared: ${reason}, so there will be no journey to watch.`,
        { sessionStatus: session.status },
      );
    }
    return participants;
  }
}
