import type { Clock } from '../../../demo/drive/clock';

/** Time that passes only while everybody sleeps: an hour of driving takes milliseconds. */
export class VirtualClock implements Clock {
  private nowMs = Date.UTC(2026, 0, 5, 8);
  private sleepers: { atMs: number; wake: () => void }[] = [];

  now(): number {
    return this.nowMs;
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.sleepers.push({ atMs: this.nowMs + ms, wake });
      signal.addEventListener('abort', wake);
    });
  }

  async pass(ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    for (;;) {
      // Until all that is awake has gone to sleep again.
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.sleepers.sort((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > endMs) break;
      this.sleepers.shift();
      this.nowMs = next.atMs;
      next.wake();
    }
    this.nowMs = endMs;
  }
}
