/** How long an estimate is valid before a later one replaces it, even a less exact one: clocks drift, and nodes change. */
const ESTIMATE_LIFE_MS = 10_000;
/** How far two estimates of one clock may contradict each other: the clock is being slewed, or its milliseconds were truncated. */
const SLACK_MS = 5;

interface Estimate {
  /** The bounds of Redis' time minus this process's monotonic time. */
  readonly atLeastMs: number;
  readonly atMostMs: number;
  readonly takenAt: number;
}

/**
 * Estimates each Redis node's clock. A writing script carries its deadline in that clock, so that it refuses to run
 * when it reaches Redis after its caller got 503. A reply carries a node's time between the sending of its command and
 * its own arrival, which bounds the difference of the clocks from both sides. Deadlines use the lower bound, so a
 * script never runs late; at worst it refuses early.
 */
export class RedisClock {
  private readonly estimates = new Map<string, Estimate>();

  constructor(private readonly monotonicNow: () => number = () => performance.now()) {}

  /** Records the node's time in a reply to a command that was sent at `sentAt`. Call it as soon as the reply arrives. */
  note(node: string, redisNow: number, sentAt: number): void {
    const takenAt = this.monotonicNow();
    const fresh = { atLeastMs: redisNow - takenAt, atMostMs: redisNow - sentAt, takenAt };
    const known = this.estimates.get(node);
    // The fastest reply gives the largest lower bound, which is the best one. An estimate that contradicts the known one
    // belongs to another clock: there was a failover under the same name, or the clock was set.
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

  /** Converts a time of this process's monotonic clock to the node's epoch milliseconds; undefined without a valid estimate. */
  toRedis(node: string, monotonicMs: number): number | undefined {
    const known = this.estimates.get(node);
    if (!known || this.monotonicNow() - known.takenAt > ESTIMATE_LIFE_MS) return undefined;
    // A script may still run during the whole millisecond of its deadline.
    return Math.floor(monotonicMs + known.atLeastMs) - 1;
  }

  /** Drops the estimate of a node: after a reconnect another machine may answer under the same name. */
  forget(node: string): void {
    this.estimates.delete(node);
  }
}
