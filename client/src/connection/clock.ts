/** Time as the hooks see it, so that a test can say what time it is. */
export interface Clock {
  /** Milliseconds since 1970 by this device. */
  now(): number;
  /** Calls back once after `delayMs`; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

// Timers belong to the platform, and the core is compiled without any platform's types.
const platform = globalThis as unknown as Timers;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, callback) {
    const timer = platform.setTimeout(callback, delayMs);
    return () => platform.clearTimeout(timer);
  },
};
