import type { Clock } from '../../src/connection/clock.js';

interface Timer {
  dueMs: number;
  callback: () => void;
}

/** Time that passes when the test says so; promises settle between two timers, as they do in life. */
export class ManualClock implements Clock {
  private elapsedMs = 0;
  private wallAheadMs = Date.parse('2026-05-04T08:00:00.000Z');
  private readonly timers = new Set<Timer>();

  readonly now = (): number => this.elapsedMs + this.wallAheadMs;

  readonly monotonicNow = (): number => this.elapsedMs;

  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { dueMs: this.elapsedMs + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  get pending(): number {
    return this.timers.size;
  }

  async pass(durationMs: number): Promise<void> {
    const endMs = this.elapsedMs + durationMs;
    await settle();
    for (let next = this.nextUntil(endMs); next; next = this.nextUntil(endMs)) {
      this.elapsedMs = Math.max(this.elapsedMs, next.dueMs);
      this.timers.delete(next);
      next.callback();
      await settle();
    }
    this.elapsedMs = endMs;
  }

  /** As on a phone that sleeps: the time is another one, and no timer ran. */
  sleep(durationMs: number): void {
    this.elapsedMs += durationMs;
  }

  /** Sets the wall clock forward, or back. */
  setWallClock(byMs: number): void {
    this.wallAheadMs += byMs;
  }

  private nextUntil(endMs: number): Timer | undefined {
    return [...this.timers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  }
}

/** Lets everything that waits for promises alone go on. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
