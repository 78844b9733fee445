import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Between two checks. One late check may come from garbage collection, two in a row come from load. */
const CHECK_INTERVAL_MS = 250;
/** How often the delay is sampled; this interval is part of each sample, and is no delay. */
const RESOLUTION_MS = 10;
/** By how much the share of refused requests grows with each late check, and shrinks with each good one. */
const GROWTH = 0.2;
const DECREASE = 0.05;
/** Some requests are always accepted, to detect that the load is gone. */
const MAX_SHARE = 0.95;

/**
 * Decides which requests to refuse so that the rest is answered in time: an overloaded process delays all requests
 * with each one that it accepts, until the balancer considers it dead. It refuses a share that follows the load.
 * @fastify/under-pressure refuses all requests or none, by the mean delay of a second, which makes a balancer swing
 * between processes; and it covers the routes of Fastify alone, health checks included.
 */
export class LoadShedder {
  private readonly delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private readonly timer: NodeJS.Timeout;
  private wasLate = false;
  private share = 0;

  /** `maxDelayMs`: what the event loop's median delay may be. */
  constructor(
    private readonly maxDelayMs: number,
    private readonly random: () => number = Math.random,
  ) {
    this.delay.enable();
    this.timer = setInterval(() => this.check(), CHECK_INTERVAL_MS);
    this.timer.unref();
  }

  /** Whether to refuse the request that just came. */
  refuses(): boolean {
    return this.share > 0 && this.random() < this.share;
  }

  stop(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  private check(): void {
    // The median: a single long pause between short turns is over before anybody is refused for it.
    const isLate = this.delay.percentile(50) / 1e6 - RESOLUTION_MS > this.maxDelayMs;
    this.delay.reset();
    this.share =
      isLate && this.wasLate ? Math.min(MAX_SHARE, this.share + GROWTH) : Math.max(0, this.share - DECREASE);
    this.wasLate = isLate;
  }
}
