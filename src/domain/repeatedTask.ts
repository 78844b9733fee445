export interface RepeatedTaskOptions {
  /** Returns how long after its end it runs again, ms. */
  readonly run: () => Promise<number>;
  /** How long after a failure it runs again, ms. */
  readonly retryMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** What a process does by the clock, one run at a time, until it is stopped. */
export class RepeatedTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(private readonly options: RepeatedTaskOptions) {}

  start(delayMs: number): void {
    if (this.isStopped) return;
    const { run, retryMs, onError } = this.options;
    this.timer = setTimeout(() => {
      this.running = run().then(
        (waitMs) => this.start(waitMs),
        (error: unknown) => {
          onError(error);
          this.start(retryMs());
        },
      );
    }, delayMs);
  }

  /** Waits for the current run. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }
}
