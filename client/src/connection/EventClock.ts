import type { Clock } from './clock.js';

interface Deadline {
  readonly dueMs: number;
  readonly callback: () => void;
  readonly cancelTimer: () => void;
}

/** The wall clock counts in whole milliseconds: less than this is no sleep and no step. */
const noticedMs = 250;

/**
 * A clock for a phone in a pocket, where timers don't fire: each deadline is also judged whenever something happens
 * (`runDue`), so that a timer only adds a wake-up. Its monotonic time goes on while the device sleeps.
 */
export class EventClock implements Clock {
  private readonly deadlines = new Set<Deadline>();
  private sleptMs = 0;
  /** By how much the wall clock was ahead of the monotonic one. */
  private aheadMs: number;

  constructor(private readonly clock: Clock) {
    this.aheadMs = clock.now() - clock.monotonicNow();
  }

  now(): number {
    return this.clock.now();
  }

  monotonicNow(): number {
    const monotonicMs = this.clock.monotonicNow();
    const aheadMs = this.clock.now() - monotonicMs;
    // A wall clock that was set forward looks like sleep, and only makes a wait shorter; set back, it changes nothing.
    if (Math.abs(aheadMs - this.aheadMs) >= noticedMs) {
      this.sleptMs += Math.max(0, aheadMs - this.aheadMs);
      this.aheadMs = aheadMs;
    }
    return monotonicMs + this.sleptMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const deadline: Deadline = {
      dueMs: this.monotonicNow() + delayMs,
      callback,
      cancelTimer: this.clock.after(delayMs, () => this.run(deadline)),
    };
    this.deadlines.add(deadline);
    return () => this.cancel(deadline);
  }

  /** Something happened: runs, in order, everything whose time has come though its timer did not fire. */
  runDue(): void {
    const nowMs = this.monotonicNow();
    const due = [...this.deadlines].filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const deadline of due) this.run(deadline);
  }

  private run(deadline: Deadline): void {
    if (!this.deadlines.has(deadline)) return;
    this.cancel(deadline);
    deadline.callback();
  }

  private cancel(deadline: Deadline): void {
    this.deadlines.delete(deadline);
    deadline.cancelTimer();
  }
}
