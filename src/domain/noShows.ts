import { randomUUID } from 'node:crypto';

import type { AlertChange } from './alert';
import { RepeatedTask } from './repeatedTask';
import type { Session } from './session';

/** From one turn to the next, over all processes: the database is read at most once in this time, and again after a failure. */
const TURN_INTERVAL_MS = 60_000;
/** After a failure, and where another process was a little faster. */
const RETRY_MS = 1000;
/** How far back the search begins where the live store has lost how far it had come: older alerts help nobody any more. */
const LOOK_BACK_MS = 3600_000;
/** Sessions that were scheduled up to this long before the newest one searched are looked at again: a booking may come late. */
const AGAIN_MS = 10 * 60_000;
/** Most sessions of one turn: those beyond it have theirs in the next one. */
const LIMIT = 5000;

/** A session's place in the order of scheduledAt. */
export interface ScheduledSession {
  readonly scheduledAt: number;
  readonly id: string;
}

export type NoShowTurn =
  /** `searchedTo`: null where the live store does not know how far the search has come. */
  | { readonly kind: 'CLAIMED'; readonly now: number; readonly searchedTo: ScheduledSession | null }
  | { readonly kind: 'WAIT'; readonly waitMs: number };

export interface UnattendedRequest {
  /** Sessions that were scheduled after this one … */
  readonly after: ScheduledSession;
  /** … until this time. */
  readonly until: number;
  /** Also the sessions up to `after` since this time … */
  readonly againFrom: number;
  /** … and those with these ids. */
  readonly ids: readonly string[];
  /** The most sessions of each of the three. */
  readonly limit: number;
}

export interface UnattendedRead {
  readonly sessions: readonly Session[];
  /** The last session of a read that reached its limit; null: all were read. */
  readonly reached: ScheduledSession | null;
}

/** The booked sessions that nobody has arrived at, by the durable records. */
export interface UnattendedSessions {
  /** One query; throws STORE_UNAVAILABLE (store `database`) when the database does not answer. */
  read(request: UnattendedRequest): Promise<UnattendedRead>;
}

/** Every method throws STORE_UNAVAILABLE (store `redis`) when the live store does not answer. */
export interface NoShowStore {
  /**
   * The turn to read the database, which one process has at a time. The id of the turn that is on claims it again: after a
   * failure it goes on, with its time as it was.
   */
  claimTurn(turn: string, intervalMs: number): Promise<NoShowTurn>;
  /** Sessions whose journey ended without an arrival when NO_SHOW was due already; at most `limit`. */
  unattended(limit: number): Promise<readonly string[]>;
  /**
   * Raises NO_SHOW for sessions that nobody is on the way to, once for each session and scheduledAt. `ids` were part of the
   * read of the database, which began at `readAt` by the live store's clock.
   */
  raise(
    sessions: readonly Session[],
    ids: readonly string[],
    readAt: number,
  ): Promise<readonly AlertChange[]>;
  /** Keeps how far the search has come. */
  searched(to: ScheduledSession): Promise<void>;
}

/** Which NO_SHOWs are raised. */
export interface NoShowIndex {
  /**
   * The next sessions for which NO_SHOW was raised, descending by scheduledAt, then by id; null: from the latest. Each is
   * there from then until its start, for 24 h at most, also if its booking has changed since. Throws STORE_UNAVAILABLE
   * (store `redis`): the list is never shorter for an outage.
   */
  raised(limit: number, after: ScheduledSession | null): Promise<readonly ScheduledSession[]>;
}

export interface NoShowSearchOptions {
  readonly store: NoShowStore;
  readonly sessions: UnattendedSessions;
  /** The setting ALERT_NO_SHOW_MS. */
  readonly noShowMs: number;
  readonly onAlert: (change: AlertChange) => void;
  /** A turn failed; the next one begins where it began. */
  readonly onError: (error: unknown) => void;
}

/**
 * Finds the sessions for which nobody has set off. Every process runs a search; they take turns, and each turn looks only
 * at the sessions that have become due since the turn before, however many there are besides.
 */
export class NoShowSearch {
  private readonly task: RepeatedTask;
  /** A new one after each turn that was finished; one that failed keeps it. */
  private turn = randomUUID();

  constructor(private readonly options: NoShowSearchOptions) {
    const { onError } = options;
    this.task = new RepeatedTask({ run: () => this.search(), retryMs: () => RETRY_MS, onError });
  }

  start(delayMs = RETRY_MS): void {
    this.task.start(delayMs);
  }

  /** Waits for the current turn. */
  stop(): Promise<void> {
    return this.task.stop();
  }

  /** Takes a turn if there is one to take, or goes on with the one that failed; returns the time until the next one, ms. */
  async search(): Promise<number> {
    const { store, sessions, noShowMs, onAlert } = this.options;
    const turn = await store.claimTurn(this.turn, TURN_INTERVAL_MS);
    if (turn.kind === 'WAIT') return turn.waitMs + Math.random() * RETRY_MS;
    const until = turn.now - noShowMs;
    const earliest = { scheduledAt: until - LOOK_BACK_MS, id: '' };
    const known = turn.searchedTo;
    const after = known && known.scheduledAt > earliest.scheduledAt ? known : earliest;
    const ids = await store.unattended(LIMIT);
    const againFrom = after.scheduledAt - AGAIN_MS;
    const read = await sessions.read({ after, until, againFrom, ids, limit: LIMIT });
    for (const change of await store.raise(read.sessions, ids, turn.now)) onAlert(change);
    await store.searched(read.reached ?? { scheduledAt: Math.max(until, after.scheduledAt), id: '' });
    this.turn = randomUUID();
    return TURN_INTERVAL_MS;
  }
}
