import type { Clock } from '../../../client/src/core';

/** Time that passes only while everybody waits: an hour of driving takes milliseconds. */
export class VirtualClock implements Clock {
  private nowMs = Date.UTC(2026, 0, 5, 8);
  private readonly timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  readonly now = (): number => this.nowMs;

  readonly monotonicNow = (): number => this.nowMs;

  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { atMs: this.nowMs + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  };

  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      // Until all that is awake waits again.
      await new Promise((resolve) => setImmediate(resolve));
      const next = [...this.timers].sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > endMs) break;
      this.timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.callback();
    }
    this.nowMs = endMs;
  }
}
