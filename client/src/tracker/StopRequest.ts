import type { EventClock } from '../connection/EventClock.js';
import type { JourneyFailure } from '../connection/failure.js';
import { kindOf } from '../connection/failure.js';
import { retryAfterDelayMs } from '../connection/retry.js';
import type { JourneyFieldsFragment } from '../generated/operations.js';
import type { SessionRequests } from './SessionRequests.js';
import { TokenRetry } from './TokenRetry.js';

/** How often a stop that the service has not confirmed is sent again. */
const intervalMs = 5000;

/** Brings a stop to the service, however long that takes. */
export class StopRequest {
  private readonly tokenRetry: TokenRetry;
  private inFlight: Promise<unknown> = Promise.resolve();
  private cancelTimer: () => void = () => undefined;

  constructor(
    private readonly requests: SessionRequests,
    private readonly clock: EventClock,
    private readonly random: () => number,
  ) {
    this.tokenRetry = new TokenRetry(clock, requests.hasNewToken);
  }

  /** Null: it was not needed any more when its turn came. */
  send(isNeeded: () => boolean): Promise<JourneyFieldsFragment | null> {
    this.cancelTimer();
    const sent = this.requests.stop(isNeeded);
    this.inFlight = sent.catch(() => undefined);
    return sent;
  }

  /** After a failure: as soon as the service may be there again, or the app has another token. */
  sendLater(reason: JourneyFailure, again: () => void): void {
    const isUnauthenticated = kindOf(reason) === 'UNAUTHENTICATED';
    if (!isUnauthenticated) this.tokenRetry.reset();
    const delayMs = isUnauthenticated
      ? this.tokenRetry.onRefused()
      : Math.max(intervalMs, retryAfterDelayMs(reason.retryAfterMs, this.random));
    this.wait(this.clock.monotonicNow() + delayMs, again);
  }

  cancel(): void {
    this.cancelTimer();
    this.tokenRetry.reset();
  }

  /** Settles when no stop is in flight. */
  async settled(): Promise<void> {
    await this.inFlight;
  }

  private wait(dueAtMs: number, again: () => void): void {
    const { clock } = this;
    this.cancelTimer();
    const untilMs = Math.min(dueAtMs, this.tokenRetry.nextCheckMs);
    this.cancelTimer = clock.after(Math.max(0, untilMs - clock.monotonicNow()), () => {
      if (clock.monotonicNow() >= dueAtMs) return again();
      this.inFlight = this.tokenRetry.isRenewed().then((isRenewed) => {
        if (isRenewed) again();
        else this.wait(dueAtMs, again);
      });
    });
  }
}
