/** How long an estimate serves before a later, looser one replaces it: clocks drift, and nodes change. */
const ESTIMATE_LIFE_MS = 10_000;

interface Estimate {
  /** Redis' time less this process's monotonic time, at most. */
  readonly offsetMs: number;
  readonly takenAt: number;
}

/**
 * What this process knows of each Redis node's clock. A writing step carries its deadline by that clock, so
 * that a command which reaches Redis after its caller was told 503 refuses to run. An estimate is a lower
 * bound: a reply carries the node's time from before it was sent, so the node's clock is at least that much
 * further when the reply arrives. A step therefore never runs late; at worst it refuses early.
 */
export class RedisClock {
  private readonly estimates = new Map<string, Estimate>();

  constructor(private readonly monotonicNow: () => number = () => performance.now()) {}

  /** Takes note of the time that a reply of this node carries. Call it as soon as the reply is there. */
  note(node: string, redisNow: number): void {
    const takenAt = this.monotonicNow();
    const offsetMs = redisNow - takenAt;
    const known = this.estimates.get(node);
    // The largest lower bound is the best one: the reply that came fastest.
    if (!known || offsetMs >= known.offsetMs || takenAt - known.takenAt > ESTIMATE_LIFE_MS) {
      this.estimates.set(node, { offsetMs, takenAt });
    }
  }

  /** A moment of this process's monotonic clock as the node's epoch milliseconds; undefined when too little is known. */
  toRedis(node: string, monotonicMs: number): number | undefined {
    const known = this.estimates.get(node);
    if (!known || this.monotonicNow() - known.takenAt > ESTIMATE_LIFE_MS) return undefined;
    return Math.floor(monotonicMs + known.offsetMs);
  }

  /** After a reconnect another machine may answer under the same name. */
  forget(node: string): void {
    this.estimates.delete(node);
  }
}
