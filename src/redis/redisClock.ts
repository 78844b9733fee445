/** How long an estimate serves before a later, looser one replaces it: clocks drift, and nodes change. */
const ESTIMATE_LIFE_MS = 10_000;
/** How far two estimates of one clock may contradict each other: a clock is adjusted in small steps, and milliseconds are truncated. */
const SLACK_MS = 5;

interface Estimate {
  /** Redis' time less this process's monotonic time: at least, and at most. */
  readonly atLeastMs: number;
  readonly atMostMs: number;
  readonly takenAt: number;
}

/**
 * What this process knows of each Redis node's clock. A writing step carries its deadline by that clock, so
 * that a command which reaches Redis after its caller got 503 refuses to run. A reply carries the node's
 * time from between its command's sending and its own arrival, which bounds the difference of the clocks from both
 * sides; deadlines go by the lower bound. A step therefore never runs late; at worst it refuses early.
 */
export class RedisClock {
  private readonly estimates = new Map<string, Estimate>();

  constructor(private readonly monotonicNow: () => number = () => performance.now()) {}

  /** Takes note of the time that a reply of this node carries, to a command sent then. Call it as soon as the reply is there. */
  note(node: string, redisNow: number, sentAt: number): void {
    const takenAt = this.monotonicNow();
    const fresh = { atLeastMs: redisNow - takenAt, atMostMs: redisNow - sentAt, takenAt };
    const known = this.estimates.get(node);
    // The largest lower bound is the best one: the reply that came fastest. One that contradicts what is known is
    // of another clock: a failover under the same name, or a clock that was set.
    const contradicts =
      known && (fresh.atLeastMs > known.atMostMs + SLACK_MS || fresh.atMostMs < known.atLeastMs - SLACK_MS);
    if (
      !known ||
      contradicts ||
      fresh.atLeastMs >= known.atLeastMs ||
      takenAt - known.takenAt > ESTIMATE_LIFE_MS
    ) {
      this.estimates.set(node, fresh);
    }
  }

  /** A moment of this process's monotonic clock as the node's epoch milliseconds; undefined when too little is known. */
  toRedis(node: string, monotonicMs: number, now = this.monotonicNow()): number | undefined {
    const known = this.estimates.get(node);
    if (!known || now - known.takenAt > ESTIMATE_LIFE_MS) return undefined;
    // A script still runs in the millisecond of its deadline, so the deadline is one earlier.
    return Math.floor(monotonicMs + known.atLeastMs) - 1;
  }

  /** After a reconnect another machine may answer under the same name. */
  forget(node: string): void {
    this.estimates.delete(node);
  }
}
