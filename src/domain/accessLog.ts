import { LRUCache } from 'lru-cache';

import type { AccessArchive, AccessRead } from './ports';
import { readsEverything, type Viewer } from './viewer';

const HOUR_MS = 3_600_000;
/** How long a read waits for others, which are written with it. */
const WRITE_AFTER_MS = 1000;
/** One statement writes this many; a larger one would hold its connection for longer. */
const MAX_BATCH = 500;
/** Some 10 MB: several minutes of many operators' reads, for as long the database may be away. */
const MAX_WAITING = 50_000;
/** Some 10 MB. A read that is forgotten here is written again, and the database keeps its first line. */
const MAX_KNOWN = 100_000;

export interface AccessLogOptions {
  readonly archive: AccessArchive;
  /** A write failed, after one that did not; it is repeated until it succeeds. */
  readonly onError: (error: unknown) => void;
  /** So many reads are waiting that some could not be noted. Called once until reads are noted again. */
  readonly onFull: () => void;
  /** Reads that never get a line. For metrics. */
  readonly onLost: (reason: LossReason, reads: number) => void;
}

/** `full`: too many reads were waiting. `stopped`: the process stopped while the database was away. */
export const lossReasons = ['full', 'stopped'] as const;
export type LossReason = (typeof lossReasons)[number];

/** What a part of the domain calls after it has given a session's data to a viewer. */
export type NoteRead = (viewer: Viewer, sessionId: string) => void;

/**
 * Which operator or service read of which session: one line in an hour. Lines are written after the answer and in
 * batches, and wait in this process while the database is away: only a process that dies meanwhile loses its own.
 */
export class AccessLog {
  /** The hour of the last line, by reader and session. */
  private readonly known = new LRUCache<string, number>({ max: MAX_KNOWN });
  private readonly waiting: AccessRead[] = [];
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isStopped = false;
  private isFailing = false;
  private isFull = false;

  constructor(private readonly options: AccessLogOptions) {}

  /** Notes a read of a session. Reads of participants leave no line. */
  note(viewer: Viewer, sessionId: string): void {
    if (!readsEverything(viewer)) return;
    const readAt = Date.now();
    const hour = Math.floor(readAt / HOUR_MS);
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
    this.waiting.push({
      sessionId,
      readerId: viewer.id,
      readerRole: viewer.role,
      hour: hour * HOUR_MS,
      readAt,
    });
    this.schedule();
  }

  /** What waits to be written: a process that is killed now loses it. */
  figures(): { readonly waiting: number; readonly oldestAgeMs: number } {
    const [oldest] = this.waiting;
    return { waiting: this.waiting.length, oldestAgeMs: oldest ? Date.now() - oldest.readAt : 0 };
  }

  /** Writes what waits, unless the database is away. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.writing;
    await this.write();
    if (this.waiting.length > 0) this.options.onLost('stopped', this.waiting.length);
  }

  private schedule(): void {
    if (this.timer || this.isStopped) return;
    this.timer = setTimeout(() => {
      this.writing = this.write().then(() => {
        this.timer = undefined;
        if (this.waiting.length > 0) this.schedule();
      });
    }, WRITE_AFTER_MS);
  }

  /** Until nothing waits or a write fails. Never rejects. */
  private async write(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, MAX_BATCH);
        await this.options.archive.record(batch);
        // Whatever came meanwhile stands behind them.
        this.waiting.splice(0, batch.length);
        this.isFailing = false;
      }
    } catch (error) {
      if (!this.isFailing) this.options.onError(error);
      this.isFailing = true;
    }
  }
}
