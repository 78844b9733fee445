import type { AlertChange } from './alert';
import type { JourneyStore, OverdueJourney, SweepStore } from './ports';
import { RepeatedTask } from './repeatedTask';

/** Between two sweeps: what is due is done at most this long, and the time of a sweep, after its time. */
const SWEEP_INTERVAL_MS = 1000;
/** Jitter keeps the processes from sweeping at the same time. */
const intervalMs = (): number => SWEEP_INTERVAL_MS * (0.9 + Math.random() * 0.2);
/** The greatest number of concurrent steps: a poll waits for few of them, also when a thousand journeys started together. */
const CONCURRENT_STEPS = 4;

/** What one sweep found, for metrics. */
export interface SweepReport {
  /** How many journeys were past their deadline, and of how many the alerts had to be checked. */
  readonly overdue: number;
  readonly alertChecks: number;
  readonly seconds: number;
}

export interface WatchdogOptions {
  readonly sweeps: SweepStore;
  readonly store: Pick<JourneyStore, 'expire'>;
  /** Called after a change with an event, so that the event is delivered at once. */
  readonly onChange: (sessionId: string) => void;
  /** A sweep failed; the next one tries again. */
  readonly onError: (error: unknown) => void;
  readonly onSweep?: (report: SweepReport) => void;
  /** For metrics: an alert that this process raised or cleared. */
  readonly onAlert?: (change: AlertChange) => void;
}

/**
 * Ends overdue journeys as EXPIRED, and raises and clears alerts, without any request. Every process runs a watchdog; the
 * steps are atomic, so each change happens once, whichever process comes first.
 */
export class Watchdog {
  private readonly task: RepeatedTask;
  private stopped = false;

  constructor(private readonly options: WatchdogOptions) {
    this.task = new RepeatedTask({
      run: () => this.sweep().then(intervalMs),
      retryMs: intervalMs,
      onError: options.onError,
    });
  }

  start(): void {
    this.task.start(intervalMs());
  }

  /** Waits for the current sweep. */
  stop(): Promise<void> {
    this.stopped = true;
    return this.task.stop();
  }

  async sweep(): Promise<void> {
    const startedAt = performance.now();
    const { overdue, alertChecks } = await this.options.sweeps.due();
    // Ends first: an alert of a journey that is over helps nobody.
    await this.forEach(overdue, (journey) => this.expire(journey));
    await this.forEach([...alertChecks.keys()], (partition) => this.checkAlerts(partition));
    this.options.onSweep?.({
      overdue: overdue.length,
      alertChecks: [...alertChecks.values()].reduce((sum, count) => sum + count, 0),
      seconds: (performance.now() - startedAt) / 1000,
    });
  }

  private async expire(journey: OverdueJourney): Promise<void> {
    const { store, onChange } = this.options;
    if (await store.expire(journey)) onChange(journey.sessionId);
  }

  private async checkAlerts(partition: string): Promise<void> {
    const { sweeps, onChange, onAlert } = this.options;
    for (let isDue = true; isDue && !this.stopped;) {
      const { changes, remaining } = await sweeps.checkAlerts(partition);
      for (const change of changes) {
        onChange(change.sessionId);
        onAlert?.(change);
      }
      isDue = remaining > 0;
    }
  }

  /** One that fails does not keep the others from their turn: an unavailable partition concerns its own journeys only. */
  private async forEach<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    for (let at = 0; at < items.length && !this.stopped; at += CONCURRENT_STEPS) {
      const batch = items.slice(at, at + CONCURRENT_STEPS);
      await Promise.all(batch.map((item) => work(item).catch(this.options.onError)));
    }
  }
}
