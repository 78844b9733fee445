import { systemClock, type Clock } from '../../src/connection/clock.js';

/**
 * The clock of an Android app whose screen is off: no timer fires, not even one of 0 ms, except while a background task
 * runs; those whose time has come meanwhile fire when the next task begins.
 */
export class AndroidTimers implements Clock {
  private tasks = 0;
  private readonly overdue = new Set<() => void>();

  constructor(private readonly clock: Clock = systemClock) {}

  readonly now = (): number => this.clock.now();

  readonly monotonicNow = (): number => this.clock.monotonicNow();

  readonly after = (delayMs: number, callback: () => void): (() => void) => {
    const fire = (): void => {
      if (this.tasks > 0) callback();
      else this.overdue.add(callback);
    };
    const cancel = this.clock.after(delayMs, fire);
    return () => {
      cancel();
      this.overdue.delete(callback);
    };
  };

  /** Runs a background task; its promise is what the platform waits for. */
  async task<T>(work: () => Promise<T>): Promise<T> {
    this.tasks += 1;
    try {
      const done = work();
      for (const callback of [...this.overdue]) {
        this.overdue.delete(callback);
        callback();
      }
      return await done;
    } finally {
      this.tasks -= 1;
    }
  }
}
