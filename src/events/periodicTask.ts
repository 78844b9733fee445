/**
 * Runs a task repeatedly: first at a random moment within the first interval (at most one second), then an interval
 * after each end. Intervals vary by a quarter, so that processes that start together do not stay in step.
 */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;

  /** `task` never rejects. */
  constructor(
    private readonly task: () => Promise<void> | void,
    private readonly intervalMs: number,
  ) {}

  start(): void {
    this.isRunning = true;
    this.schedule(Math.random() * Math.min(1000, this.intervalMs));
  }

  stop(): void {
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  private schedule(delayMs: number): void {
    this.timer = setTimeout(() => void this.run(), delayMs);
  }

  private async run(): Promise<void> {
    await this.task();
    if (this.isRunning) this.schedule(this.intervalMs * (0.75 + Math.random() / 2));
  }
}
