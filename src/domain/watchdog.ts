import type { JourneyStore } from './ports';

/** Between two sweeps: a journey ends at most this long, and the time of a sweep, after its deadline. */
const SWEEP_INTERVAL_MS = 1000;
/** The greatest number of concurrent ends, so that a thousand journeys that started together don't end in one burst. */
const CONCURRENT_ENDS = 16;

export interface WatchdogOptions {
  readonly store: JourneyStore;
  readonly onChange: (sessionId: string) => void;
  /** A sweep failed; the next one tries again. */
  readonly onError: (error: unknown) => void;
  /** For metrics: how many were overdue. */
  readonly onSweep?: (overdue: number) => void;
}

/**
 * Ends overdue journeys as EXPIRED without any request. Every process runs a watchdog; the step that ends a journey is
 * atomic, so each journey ends once, whichever process comes first.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly options: WatchdogOptions) {}

  start(): void {
    if (this.stopped) return;
    // Jitter keeps the processes from sweeping at the same time.
    const delayMs = SWEEP_INTERVAL_MS * (0.9 + Math.random() * 0.2);
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .catch(this.options.onError)
        .then(() => this.start());
    }, delayMs);
  }

  /** Waits for the current sweep. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  async sweep(): Promise<void> {
    const { store, onChange, onError, onSweep } = this.options;
    const overdue = await store.overdue();
    onSweep?.(overdue.length);
    for (let at = 0; at < overdue.length && !this.stopped; at += CONCURRENT_ENDS) {
      await Promise.all(
        overdue.slice(at, at + CONCURRENT_ENDS).map(async (journey) => {
          try {
            if (await store.expire(journey)) onChange(journey.sessionId);
          } catch (error) {
            // A partition that is away must not keep the journeys of the others from ending.
            onError(error);
          }
        }),
      );
    }
  }
}
