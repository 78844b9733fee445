import { LRUCache } from 'lru-cache';

import type { AccessOutbox, AccessRead } from './ports';
import { readsEverything, type Viewer } from './viewer';

export const HOUR_MS = 3_600_000;
/** How long a read waits for others, which are appended with it. */
const APPEND_AFTER_MS = 1000;
/** Most reads that are appended at once: as many as 50 pages of journeys have. */
const MAX_BATCH = 5000;
/** Some 10 MB: several minutes of many operators' reads, for as long the live store may be away. */
const MAX_WAITING = 50_000;
/** Some 10 MB. A read that is forgotten here is appended again, and the database keeps its first line. */
const MAX_KNOWN = 100_000;

/** Hours since the Unix epoch. */
export const hourOf = (epochMs: number): number => Math.floor(epochMs / HOUR_MS);

export interface AccessLogOptions {
  readonly outbox: AccessOutbox;
  /** Called after reads were appended, so that their lines are written at once instead of at the next sweep. */
  readonly onAppended?: () => void;
  /** Appending failed, after one that did not; it is repeated until it succeeds. */
  readonly onError: (error: unknown) => void;
  /** So many reads are waiting that some could not be noted. Called once until reads are noted again. */
  readonly onFull: () => void;
  /** Reads that never get a line. For metrics. */
  readonly onLost: (reason: LossReason, reads: number) => void;
}

/** `full`: too many reads were waiting. `stopped`: the process stopped while the live store was away. */
export const lossReasons = ['full', 'stopped'] as const;
export type LossReason = (typeof lossReasons)[number];

/** What a part of the domain calls after it has given a session's data to a viewer. */
export type NoteRead = (viewer: Viewer, sessionId: string) => void;

/**
 * Which operator or service read of which session: one line in an hour. No answer waits for it. The reads of a second are
 * appended to an outbox in the live store in one round trip, and any process's relay writes their lines from there, so
 * that a database that is away loses none. A process that is killed loses the reads of its last second: appending each
 * read before its answer would cost every read of an operator a round trip.
 */
export class AccessLog {
  /** The hour of the last line, by reader and session. */
  private readonly known = new LRUCache<string, number>({ max: MAX_KNOWN });
  private readonly waiting: AccessRead[] = [];
  private timer: NodeJS.Timeout | undefined;
  private appending: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isFailing = false;
  private isFull = false;

  constructor(private readonly options: AccessLogOptions) {}

  /** Notes a read of a session. Reads of participants leave no line. */
  note(viewer: Viewer, sessionId: string): void {
    if (!readsEverything(viewer)) return;
    const readAt = Date.now();
    const hour = hourOf(readAt);
    const key = `${viewer.role} ${viewer.id} ${sessionId}`;
    if (this.known.get(key) === hour) return;
    if (this.waiting.length >= MAX_WAITING) {
      if (!this.isFull) this.options.onFull();
      this.isFull = true;
      this.options.onLost('full', 1);
      return;
    }
    this.isFull = false;
    this.known.set(key, hour);
    this.waiting.push({ sessionId, readerId: viewer.id, readerRole: viewer.role, readAt });
    this.schedule();
  }

  /** What waits to be appended: a process that is killed now loses it. */
  figures(): { readonly waiting: number; readonly oldestAgeMs: number } {
    const [oldest] = this.waiting;
    return { waiting: this.waiting.length, oldestAgeMs: oldest ? Date.now() - oldest.readAt : 0 };
  }

  /** Appends what waits, unless the live store is away. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.appending;
    await this.append();
    if (this.waiting.length > 0) this.options.onLost('stopped', this.waiting.length);
  }

  private schedule(): void {
    if (this.timer || this.isStopped) return;
    this.timer = setTimeout(() => {
      this.appending = this.append().then(() => {
        this.timer = undefined;
        if (this.waiting.length > 0) this.schedule();
      });
    }, APPEND_AFTER_MS);
  }

  /** Until nothing waits or a call fails. Never rejects. */
  private async append(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, MAX_BATCH);
        await this.options.outbox.append(batch);
        // Whatever came meanwhile stands behind them.
        this.waiting.splice(0, batch.length);
        this.isFailing = false;
        this.options.onAppended?.();
      }
    } catch (error) {
      if (!this.isFailing) this.options.onError(error);
      this.isFailing = true;
    }
  }
}
