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

/** A task by an interval that varies by a quarter, so that processes that start together do not stay in step. */
export const repeatEvery = (
  intervalMs: number,
  run: () => Promise<void> | void,
  onError: (error: unknown) => void,
): RepeatedTask => {
  const nextMs = () => intervalMs * (0.75 + Math.random() / 2);
  return new RepeatedTask({
    run: async () => {
      await run();
      return nextMs();
    },
    retryMs: nextMs,
    onError,
  });
};
