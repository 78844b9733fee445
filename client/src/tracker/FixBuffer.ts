import type { Fix } from './position.js';

export interface BufferedFix {
  /** Identifies the entry: what was sent is removed by it, whatever came and went meanwhile. */
  readonly sequence: number;
  readonly fix: Fix;
}

/**
 * Fixes that wait to be sent, oldest first. A phone gives up to one a second and the service takes one in some
 * seconds, so between two kept ones the newest replaces the one before: what is sent is always fresh, and a tunnel
 * fills the buffer at the service's interval.
 */
export class FixBuffer {
  private entries: BufferedFix[] = [];
  private nextSequence = 0;
  private keptAtMs = -Infinity;

  /** `spacingMs`: kept fixes are at least this far apart. */
  constructor(
    private readonly capacity: number,
    private readonly spacingMs: number,
  ) {}

  get size(): number {
    return this.entries.length;
  }

  get fixes(): Fix[] {
    return this.entries.map(({ fix }) => fix);
  }

  /** Returns how many old fixes the bound pushed out: 0 or 1. */
  add(fix: Fix): number {
    const newest = this.entries.at(-1);
    if (newest?.fix.capturedAtMs === fix.capturedAtMs) return 0;
    if (newest) {
      const sinceKeptMs = newest.fix.capturedAtMs - this.keptAtMs;
      // A clock that was set back makes the difference negative; such a fix starts anew.
      if (sinceKeptMs >= 0 && sinceKeptMs < this.spacingMs) this.entries.pop();
      else this.keptAtMs = newest.fix.capturedAtMs;
    }
    this.entries.push({ sequence: this.nextSequence++, fix });
    if (this.entries.length <= this.capacity) return 0;
    this.entries.shift();
    return 1;
  }

  oldest(count: number): BufferedFix[] {
    return this.entries.slice(0, count);
  }

  /**
   * At most `count` that lead up to the newest: the newer half without a gap, the older half thinned out evenly. After a
   * long silence one request then shows where the phone is now, and the way there.
   */
  upToNewest(count: number): BufferedFix[] {
    if (this.entries.length <= count) return [...this.entries];
    const recent = Math.ceil(count / 2);
    const older = this.entries.slice(0, -recent);
    const sampled = Array.from(
      { length: count - recent },
      (_, index) => older[Math.floor((index * older.length) / (count - recent))]!,
    );
    return [...sampled, ...this.entries.slice(-recent)];
  }

  /** Removes what was answered. A fix that was replaced while it was in flight is gone already. */
  remove(sent: readonly BufferedFix[]): void {
    const sequences = new Set(sent.map(({ sequence }) => sequence));
    this.entries = this.entries.filter(({ sequence }) => !sequences.has(sequence));
    this.onSent(sent.at(-1));
  }

  /** Removes the last of these and all before it: once the service has a newer fix, an older one moves nothing. */
  removeUpTo(sent: readonly BufferedFix[]): void {
    const last = sent.at(-1);
    if (!last) return;
    this.entries = this.entries.filter(({ sequence }) => sequence > last.sequence);
    this.onSent(last);
  }

  /** The clock by which the fixes' times were noted was set by so much. */
  moveTimes(byMs: number): void {
    this.entries = this.entries.map(({ sequence, fix }) => ({
      sequence,
      fix: { ...fix, capturedAtMs: fix.capturedAtMs + byMs },
    }));
    this.keptAtMs += byMs;
  }

  /** After a restart; beyond the capacity the newest stay. */
  restore(fixes: readonly Fix[]): void {
    this.clear();
    const kept = fixes.slice(-this.capacity);
    this.entries = kept.map((fix) => ({ sequence: this.nextSequence++, fix }));
    this.keptAtMs = kept.at(-2)?.capturedAtMs ?? -Infinity;
  }

  clear(): void {
    this.entries = [];
    this.keptAtMs = -Infinity;
  }

  private onSent(last: BufferedFix | undefined): void {
    if (last) this.keptAtMs = last.fix.capturedAtMs;
  }
}
