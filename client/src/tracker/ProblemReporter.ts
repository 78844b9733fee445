import { failureOf, kindOf } from '../connection/failure.js';
import type { EventClock } from '../connection/EventClock.js';
import type { TrackingProblem } from '../generated/operations.js';
import type { SessionRequests } from './SessionRequests.js';

/** A report that failed is worth another try, but not a fix's place in the queue. */
const retryMs = 30_000;

/** Reports why no fix comes, once for each change, where the service takes such reports. */
export class ProblemReporter {
  private wanted: TrackingProblem | null = null;
  /** What the service has. */
  private reported: TrackingProblem | null = null;
  /** The run of `send` that goes on; null: none, or it was cancelled. */
  private inFlight: object | null = null;
  private cancelRetry: () => void = () => undefined;

  constructor(
    private readonly requests: SessionRequests,
    private readonly clock: EventClock,
  ) {}

  report(problem: TrackingProblem | null): void {
    // Signed out, nothing can be reported.
    if (problem === 'SIGNED_OUT' || problem === this.wanted) return;
    this.wanted = problem;
    void this.send();
  }

  /** An accepted fix clears the problem on the service's side, also one that was taken before it. */
  onAccepted(): void {
    this.reported = null;
    void this.send();
  }

  cancel(): void {
    this.cancelRetry();
    [this.wanted, this.reported, this.inFlight] = [null, null, null];
  }

  private async send(): Promise<void> {
    if (this.inFlight) return;
    this.cancelRetry();
    const run = (this.inFlight = {});
    const isCancelled = (): boolean => run !== this.inFlight;
    try {
      while (this.wanted !== this.reported) {
        const problem = this.wanted;
        await this.requests.report(problem);
        if (isCancelled()) return;
        this.reported = problem;
      }
      this.inFlight = null;
    } catch (error) {
      if (isCancelled()) return;
      this.inFlight = null;
      const reason = failureOf(error);
      const kind = kindOf(reason);
      // The sender finds out by itself that the journey ended, or that another device reports it.
      if (kind === 'GONE' || kind === 'REFUSED') return;
      const delayMs = Math.max(retryMs, reason.retryAfterMs ?? 0);
      this.cancelRetry = this.clock.after(delayMs, () => void this.send());
    }
  }
}
