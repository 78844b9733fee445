import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Between two looks; one late look can be a garbage collection's, two in a row are a load's. */
const LOOK_MS = 250;
/** The delay is sampled so often; the time that a sample takes by itself is no delay. */
const RESOLUTION_MS = 10;
/** How the share of refused requests grows with each late look, and shrinks with each good one. */
const MORE = 0.2;
const LESS = 0.05;
/** Some always get through, to find whether the load is gone. */
const MOST = 0.95;

/**
 * Says which requests to refuse so that the rest is answered in time: beyond what a process can do, each request
 * that it takes makes all of them later, until the balancer takes it for dead. It refuses a share that follows the
 * load instead of all or none, which would swing.
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
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  /** Whether to refuse the request that just came. */
  refuses(): boolean {
    return this.share > 0 && this.random() < this.share;
  }

  /** Whether it refuses any. */
  get isShedding(): boolean {
    return this.share > 0;
  }

  stop(): void {
    clearInterval(this.timer);
    this.delay.disable();
  }

  private look(): void {
    // The median: a single long pause between short turns is over before anybody is refused for it.
    const isLate = this.delay.percentile(50) / 1e6 - RESOLUTION_MS > this.maxDelayMs;
    this.delay.reset();
    this.share = isLate && this.wasLate ? Math.min(MOST, this.share + MORE) : Math.max(0, this.share - LESS);
    this.wasLate = isLate;
  }
}
