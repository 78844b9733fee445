/** Time as this package sees it, so that a test can say what time it is. */
export interface Clock {
  /** Wall clock: milliseconds since 1970 by this device, which may be wrong and may be set while the app runs. */
  now(): number;
  /** Milliseconds since some moment in this process; never goes back, but may stop while the device sleeps. */
  monotonicNow(): number;
  /** Calls back once after `delayMs`; the returned function cancels it. A platform may be late with it, or never do it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The same moment by both of a device's clocks. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export const momentOf = (clock: Clock): Moment => ({
  wallMs: clock.now(),
  monotonicMs: clock.monotonicNow(),
});

/**
 * How long ago that was. The monotonic clock may have slept with the device, and then the wall clock says for how long;
 * a wall clock that was set forward looks the same, and one that was set back changes nothing. So a wait can come out too
 * short and an age too great, but never the other way round.
 */
export const elapsedBetween = (earlier: Moment, later: Moment): number =>
  Math.max(0, later.monotonicMs - earlier.monotonicMs, later.wallMs - earlier.wallMs);

interface Platform {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
  performance?: { now(): number };
}

// Timers and `performance` belong to the platform, and the core is compiled without any platform's types.
const platform = globalThis as unknown as Platform;

export const systemClock: Clock = {
  now: () => Date.now(),
  // Without `performance` the wall clock alone counts: `elapsedBetween` ignores its steps back.
  monotonicNow: () => platform.performance?.now() ?? 0,
  after(delayMs, callback) {
    const timer = platform.setTimeout(callback, delayMs);
    return () => platform.clearTimeout(timer);
  },
};
