import { momentOf, type Clock, type Moment } from '../connection/clock.js';
import type { Fix } from './position.js';

/** How many fixes the offset is learned from. */
const learnedFrom = 20;
/** A fix that is this much older than its arrival, or newer, is only late, or its clock only inexact. */
const believedMs = { least: -1000, most: 3000 };
/** The wall clock against the monotonic one: less is inexactness. */
const leastStepMs = 1000;
/** Further ahead by less than this, the device may only have slept, which stops some monotonic clocks. */
const longestSleepMs = 120_000;

/**
 * Brings the times of fixes to the phone's wall clock, which `sentAt` goes by. A satellite's time differs from a wrong
 * phone clock by the same amount for every fix, while the delay until a fix arrives differs: so the smallest recent
 * difference between arrival and time is the offset of the clocks.
 */
export class FixClock {
  private differencesMs: number[] = [];
  private last: Moment;

  constructor(private readonly clock: Clock) {
    this.last = momentOf(clock);
  }

  /** Fixes that arrived together, now. */
  correct(fixes: readonly Fix[]): Fix[] {
    const nowMs = this.clock.now();
    this.differencesMs.push(...fixes.map(({ capturedAtMs }) => nowMs - capturedAtMs));
    this.differencesMs = this.differencesMs.slice(-learnedFrom);
    const smallestMs = Math.min(...this.differencesMs);
    const isBelieved = smallestMs >= believedMs.least && smallestMs <= believedMs.most;
    if (isBelieved) return [...fixes];
    return fixes.map((fix) => ({ ...fix, capturedAtMs: fix.capturedAtMs + smallestMs }));
  }

  /**
   * By how much the wall clock was set since the last call: what was noted by it before must be moved by as much. What
   * was learned is void after any step.
   */
  stepMs(): number {
    const moment = momentOf(this.clock);
    const passedMs = moment.monotonicMs - this.last.monotonicMs;
    const stepMs = moment.wallMs - this.last.wallMs - passedMs;
    this.last = moment;
    if (Math.abs(stepMs) < leastStepMs) return 0;
    this.differencesMs = [];
    // A device without a monotonic clock can't distinguish a step forward from the time that passed.
    return stepMs < 0 || (stepMs > longestSleepMs && passedMs > 0) ? Math.round(stepMs) : 0;
  }
}
