import { momentOf, type Clock, type Moment } from '../connection/clock.js';
import type { Fix } from './position.js';

/** How many fixes the offset is learned from. */
const learnedFrom = 20;
/** A fix that is this much older than its arrival, or newer, is only late, or its clock only inexact. */
const believedMs = { min: -1000, max: 3000 };
/** A fix that is this much further ahead than all others has a wrong time; others that agree with each other have none. */
const stray = { minMs: 60_000, agreedMs: 3000 };
/** The wall clock against the monotonic one: less is inexactness. */
const minStepMs = 1000;
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
    const offsetMs = this.offsetMs();
    // A fix in the future would be followed by no other.
    const latestMs = nowMs - believedMs.min;
    // Below zero would be no time at all, and could not even be sent.
    const corrected = ({ capturedAtMs }: Fix): number =>
      Math.max(0, Math.min(capturedAtMs + offsetMs, latestMs));
    return fixes.map((fix) => ({ ...fix, capturedAtMs: corrected(fix) }));
  }

  private offsetMs(): number {
    const [first = 0, second = first, third = Infinity] = [...this.differencesMs].sort((a, b) => a - b);
    const isStray = second - first > stray.minMs && third - second <= stray.agreedMs;
    const offsetMs = isStray ? second : first;
    return offsetMs >= believedMs.min && offsetMs <= believedMs.max ? 0 : offsetMs;
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
    if (Math.abs(stepMs) < minStepMs) return 0;
    this.differencesMs = [];
    // A device without a monotonic clock can't distinguish a step forward from the time that passed.
    return stepMs < 0 || (stepMs > longestSleepMs && passedMs > 0) ? Math.round(stepMs) : 0;
  }
}
